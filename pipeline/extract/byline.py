"""Who wrote the release: last-line names, "By A", initials, agency credits, the spokesperson a title names as its source."""

from __future__ import annotations

from pipeline.extract.document import Document, Mention


def find_authors(document: Document, mentions: list[list[Mention]]) -> tuple[list[str], set[int], set[int]]:
    """Return the authors' names in order, the sentences that are bylines, and the ids of the mentions that are authors."""
    names: list[str] = []
    lines: set[int] = set()
    seen: set[int] = set()
    sentences = document.tokens.sentences
    tokens = document.tokens
    closing = {index for index in range(max(0, len(sentences) - 4), len(sentences))}
    opening = {index for index, s in enumerate(sentences) if s.begin >= document.title_end}
    opening = set(sorted(opening)[:2])
    for index in sorted(closing | opening):
        sentence = sentences[index]
        if sentence.begin < document.title_end or not (sentence.first_of_line and sentence.last_of_line):
            continue
        cues = document.cues("byline_prefixes", sentence.begin, sentence.end)
        prefixed = bool(cues) and cues[0][0] == sentence.begin
        length = sentence.end - sentence.begin
        if length > 12 or (tokens.word[sentence.end - 1] in ".!?:," and not prefixed):
            continue
        people = [m for m in mentions[index] if m.kind == "person" and not m.positions]
        covered = sum(m.end - m.begin for m in people)
        ordinary = not any(
            tokens.word[at].isupper() and len(tokens.word[at]) > 3 for at in range(sentence.begin, sentence.end)
        )
        if (
            people
            and (prefixed or (index in closing and ordinary and covered + 2 >= length and index == len(sentences) - 1))
            and not sentence.bullet
        ):
            if not prefixed and people[0].honoured:
                continue
            lines.add(index)
            for mention in people:
                if mention.name is not None:
                    names.append(document.original_text(*mention.name))
                    seen.add(id(mention))
    return names, lines, seen
