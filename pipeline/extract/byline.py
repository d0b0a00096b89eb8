"""Who wrote the release: names on its last line, "By A", and the spokesperson whom the title names as its source."""

from __future__ import annotations

from pipeline.extract.document import Document, Mention
from pipeline.extract.tags import NAME_TAGS
from pipeline.extract.tokens import Sentence

LONGEST_LINE = 12
CLOSING_LINES = 4
OPENING_LINES = 2
TITLE_REACH = 6


def find_bylines(document: Document, mentions: list[list[Mention]]) -> tuple[list[str], set[int]]:
    """Return the names that stand in bylines, in order, and the sentences that are bylines or tell whom to ask.

    A line after "By" is one near the beginning or end; a line of nothing but names is one at the very end, unless the
    text is a letter, which its writer signs.
    """
    sentences = document.tokens.sentences
    body = [index for index, sentence in enumerate(sentences) if sentence.begin >= document.title_end]
    total = len(document.tokens)
    letter = any(document.cues(kind, document.title_end, total) for kind in ("letter_openings", "letter_closings"))
    names: list[str] = []
    lines: set[int] = set()
    for index in sorted({*body[:OPENING_LINES], *body[-CLOSING_LINES:]}):
        sentence = sentences[index]
        if sentence.bullet or not (sentence.first_of_line and sentence.last_of_line):
            continue
        asked = document.cues("contact_prefixes", sentence.begin, sentence.end)
        if asked and asked[0][0] == sentence.begin and sentence.end - sentence.begin <= LONGEST_LINE:
            lines.add(index)
            continue
        people = [mention for mention in mentions[index] if mention.kind == "person" and not mention.positions]
        cues = document.cues("byline_prefixes", sentence.begin, sentence.end)
        prefixed = bool(cues) and cues[0][0] == sentence.begin and bool(people)
        last = index == body[-1] and not letter
        if (prefixed and sentence.end - sentence.begin <= LONGEST_LINE) or (last and _is_names(document, sentence)):
            lines.add(index)
            names.extend(document.original_text(*mention.name) for mention in people if mention.name is not None)
    return names, lines


def _is_names(document: Document, sentence: Sentence) -> bool:
    """Say whether a line has nothing but names, initials and what parts them, and is not all in capitals."""
    words = range(sentence.begin, sentence.end)
    lettered = [at for at in words if document.tokens.word[at][0].isalpha()]
    if not lettered or len(words) > LONGEST_LINE or document.tokens.word[sentence.end - 1] in "!?:,":
        return False
    tag, word = document.tagged.tag, document.tokens.word
    named = all(tag[at] in NAME_TAGS or document.tokens.lower[at] in document.lexicon.joiners for at in lettered)
    return named and not any(word[at].isupper() and len(word[at]) > 3 and word[at].isalpha() for at in lettered)


def find_issuers(document: Document, mentions: list[list[Mention]]) -> list[Mention]:
    """Return the spokespersons whom the title names as its source, as in "Statement by Spokesperson A on B"."""
    offices = document.lexicon.offices["spokes"]
    found: list[Mention] = []
    for index, sentence in enumerate(document.tokens.sentences):
        if sentence.begin >= document.title_end:
            break
        cues = document.cues("title_speaker", sentence.begin, sentence.end) + document.cues(
            "issuers", sentence.begin, sentence.end
        )
        for mention in mentions[index]:
            near = any(end <= mention.begin <= end + TITLE_REACH for _, end, _ in cues)
            if mention.name is not None and near and any(item.singular in offices for item in mention.positions):
                found.append(mention)
    return found
