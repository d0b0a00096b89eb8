"""Lists of people that lie in pieces where words of a position were not read as one are put together again."""

from __future__ import annotations

from pipeline.extract.chains import Chain, begins_clause
from pipeline.extract.document import Document, Mention
from pipeline.extract.tags import COUNTRY, DEMONYM, DOMAIN, HONORIFIC, MODIFIER, OFFICE, ORGANISATION, PLACE, RANK

LIST_GAP = 24
BODY_GAP = 4
MOST_LOOKED_BACK = 60
_LIGHT_TAGS = frozenset((MODIFIER, DOMAIN, COUNTRY, DEMONYM, ORGANISATION, PLACE, OFFICE, RANK, HONORIFIC))
_LIST_MARKS = frozenset(",;")
_LIST_ENDS = frozenset(",;.()&")


class ListJoiner:
    """Joins the parts of a list that lies in pieces where words of a position were not read as one."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tokens = document.tokens
        words = document.lexicon.words
        self.sending = words["sending_prepositions"]
        self.participles = words["origin_participles"]
        self.light = (
            words["determiners"]
            | words["position_prepositions"]
            | words["origin_participles"]
            | words["item_words"]
            | document.lexicon.joiners
        )

    def join(self, chains: list[Chain]) -> list[Chain]:
        """Return the chains, those that go on with a list as a part of it."""
        joined: list[Chain] = []
        people = -1  # the latest list in `joined` that names somebody
        for chain in chains:
            roles = len(joined) - 1
            while roles > 0 and joined[roles].mentions[0].kind == "state":
                roles -= 1
            if people >= 0 and roles >= 0 and self._goes_on_inside(joined[roles], chain):
                joined[roles].mentions.extend(chain.mentions[1:])
                joined[roles].possessed = chain.possessed
                del joined[roles + 1 :]
                people = roles
                continue
            if _names_person(chain) and chain.mentions[0].kind == "person" and not chain.absent:
                base = people if people >= 0 and self._goes_on(joined[people:], chain) else -1
                if base < 0 and roles >= 0 and self._is_title_of(joined[roles], chain):
                    base = roles
                if base >= 0:
                    joined[base].mentions.extend(chain.mentions)
                    joined[base].possessed = chain.possessed
                    del joined[base + 1 :]
                    people = base
                    continue
            joined.append(chain)
            if _names_person(chain):
                people = len(joined) - 1
        return joined

    def _goes_on_inside(self, base: Chain, chain: Chain) -> bool:
        """Say whether the chain begins with what the last item of the list is of: "officers from the Office of X, and B"."""
        last, first = base.mentions[-1], chain.mentions[0]
        if last.kind not in ("group", "role") or first.kind not in ("role", "state", "body") or base.possessed:
            return False
        if not _names_person(chain) or chain.absent or chain.preposition not in self.sending:
            return False
        return chain.begin - base.end <= BODY_GAP and self._is_light(base.end, chain.begin)

    def _is_title_of(self, base: Chain, chain: Chain) -> bool:
        """Say whether the name that begins the chain is that of the office that ends the list before it.

        "The Speaker of the Council (Upper House), A": an office in the singular, and a name without any.
        """
        role, name = base.mentions[-1], chain.mentions[0]
        if role.kind == "state" and len(base.mentions) > 1:
            role = base.mentions[-2]
        if role.kind != "role" or not role.positions or base.possessed or chain.preposition or self._has_office(name):
            return False
        if chain.begin - role.end > LIST_GAP or not self._is_light(role.end, name.begin):
            return False
        gap = self.tokens.word[role.end : name.begin]
        whole = not gap or gap[0] in _LIST_MARKS  # else the office goes on, and whom it was taken to mean is no matter
        if (whole and role.entity not in (None, name.entity)) or not (
            name.honoured or name.positions or _LIST_MARKS.intersection(gap)
        ):
            return False
        if not role.positions[0].plural:
            name.positions.append(role.positions[0])
            name.begin = role.begin
            name.country, name.country_at = name.country or role.country, name.country_at or role.country_at
            name.international = name.international or role.international
            del base.mentions[base.mentions.index(role) :]
        return True

    def _has_office(self, name: Mention) -> bool:
        """Say whether the person has a position that is more than a rank before the name."""
        return any(self.document.tagged.tag[position.head_begin] != RANK for position in name.positions)

    def _goes_on(self, since: list[Chain], chain: Chain) -> bool:
        """Say whether the chain goes on with the list that begins `since`, which has one list of people, the first."""
        base = since[0]
        if base.possessed or chain.begin < since[-1].end or chain.begin - base.end > LIST_GAP:
            return False
        if chain.preposition and not self._is_body_before(base.end, chain):
            return False
        if begins_clause(self.document, base, chain.mentions[0]):
            return False
        if not self._is_followed_as_item(base, chain) or self.tokens.lower[chain.begin - 1] in self.participles:
            return False
        last = base.mentions[-1]
        begin, parted = base.end, bool(last.name and last.positions and last.positions[-1].begin > last.name[1])
        listed = ";" in self.tokens.word[max(base.begin, base.end - MOST_LOOKED_BACK) : chain.begin]
        for part in (*since[1:], chain):
            if part.mentions[0].kind == "pronoun" or not (listed or self._is_light(begin, part.begin)):
                return False
            parted = parted or any(self.tokens.word[at] in _LIST_MARKS for at in range(begin, part.begin))
            begin = part.end
        closes = self.tokens.lower[chain.begin - 1] in self.document.lexicon.joiners
        return parted or closes

    def _is_body_before(self, begin: int, chain: Chain) -> bool:
        """Say whether the preposition before the chain belongs to the name of a body that its first title begins with."""
        at = chain.preposition_at
        words, tags = self.tokens.word, self.document.tagged.tag
        if not chain.mentions[0].positions:
            return False
        start = at
        while start > begin and self.tokens.capital[start - 1] and tags[start - 1] != OFFICE:
            start -= 1
        marked = start > begin and (
            words[start - 1] in _LIST_MARKS or words[start - 1] in self.document.lexicon.joiners
        )
        return start < at and marked

    def _is_followed_as_item(self, base: Chain, chain: Chain) -> bool:
        """Say whether what follows is the list's end or its next item, or the verb of a list that is a subject."""
        sentence = self.tokens.sentences[chain.mentions[0].sentence]
        if chain.end >= sentence.end or self.tokens.word[chain.end] in _LIST_ENDS:
            return True
        if self.tokens.lower[chain.end] in self.light or self.tokens.capital[chain.end]:
            return True
        determiners = self.document.lexicon.words["determiners"]
        return all(self.tokens.lower[at] in determiners for at in range(sentence.begin, base.begin))

    def _is_light(self, begin: int, end: int) -> bool:
        """Say whether the tokens can be words of positions, and marks between items."""
        tags, cues = self.document.tagged.tag, self.document.tagged.cues
        bracketed = False
        for at in range(begin, end):
            word = self.tokens.word[at]
            bracketed = (bracketed or word == "(") and word != ")"
            titled = tags[at] in _LIGHT_TAGS and not any(cue.kind == "frame" for _, cue in cues.get(at, ()))
            if not (
                bracketed
                or titled
                or self.tokens.capital[at]
                or self.tokens.lower[at] in self.light
                or word in _LIST_ENDS
                or word.isdigit()
                or word in self.document.lexicon.possessive
            ):
                return False
        return True


def _names_person(chain: Chain) -> bool:
    return any(mention.kind == "person" and mention.entity is not None for mention in chain.mentions)
