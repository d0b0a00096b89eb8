"""The language of a text: what the page declares, checked against what its letters and words say."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol

from pipeline.parse.words import fold, load_words, word_set

SAMPLE = 500
"""Characters that are looked at: more change no verdict."""
MOST_COMMON = 0.15
"""Share of a language's commonest words from which a text is in it: texts in English have 0.3, in others under 0.05."""
SHORT = 200
"""Characters below which words alone may deceive, so that a declared language needs strong evidence against it."""
LIKELIER, MUCH_LIKELIER = 50.0, 500.0
"""How many times likelier than the declared language another must be to replace it, in a long and in a short text."""

_CODE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_ ;,])")
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "zxx": "", "und": "", "mul": ""}
_ISO_639_2 = {
    "eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "por": "pt", "ita": "it", "rus": "ru",
    "ara": "ar", "zho": "zh", "chi": "zh", "jpn": "ja", "tur": "tr", "ukr": "uk", "fas": "fa", "per": "fa", "heb": "he",
}  # fmt: skip
_OFFICIAL = word_set(
    "af am ar az be bg bn bs ca cs da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk km ko ku ky lo "
    "lt lv mk mn ms mt my ne nl no pl ps pt ro ru rw si sk sl so sq sr sv sw ta tg th tk tl tr uk ur uz vi zh"
)
"""Languages in which states write; the detector's dialects and dead languages would only win short texts by chance."""
_SCRIPTS = {
    "CYRILLIC": word_set("ru uk be bg sr mk kk ky tg mn tt ba uz"),
    "ARABIC": word_set("ar fa ur ps ug ku sd"),
    "GREEK": word_set("el"),
    "HEBREW": word_set("he yi"),
    "CJK": word_set("zh ja"),
    "HIRAGANA": word_set("ja"),
    "KATAKANA": word_set("ja"),
    "HANGUL": word_set("ko"),
    "THAI": word_set("th"),
    "DEVANAGARI": word_set("hi ne mr sa"),
    "BENGALI": word_set("bn as"),
    "TAMIL": word_set("ta"),
    "SINHALA": word_set("si"),
    "GEORGIAN": word_set("ka"),
    "ARMENIAN": word_set("hy"),
}
_LATIN_TOO = word_set("sr uz ku")
"""Languages of other scripts that are written in Latin letters, too."""
_OF_OTHER_SCRIPTS = frozenset().union(*_SCRIPTS.values()) - _LATIN_TOO
_LATIN_ONLY = re.compile("[^\u00aa\u00b5\u00ba\u0250-\u1dff\u2c00-\uffff\U00010000-\U0010ffff]*")
"""Matches a text in which no letters but Latin ones stand."""


class _Ranker(Protocol):
    def set_languages(self, langs: frozenset[str]) -> None: ...

    def rank(self, text: str) -> list[tuple[str, float]]: ...


def normal_language(declared: str | None) -> str | None:
    """Return the ISO 639-1 code that a `lang` value, an `og:locale` or a language header names; None for none."""
    match = _CODE.match((declared or "").strip())
    if match is None:
        return None
    code = match[0].lower()
    code = _ISO_639_2.get(code, code)
    return _ALIASES.get(code, code) or None


def read_language(text: str, *declared: str | None) -> str | None:
    """Return the ISO 639-1 code of the language that the text is in.

    `declared` are what a source and a page say, most trusted first. The text has the last word where it is long or
    clear enough; without letters the first declared language stands.
    """
    claims = [code for code in map(normal_language, declared) if code]
    sample = text[:SAMPLE]
    script = _main_script(sample)
    if script is None:
        return claims[0] if claims else None
    possible = _SCRIPTS.get(script)
    if possible is not None:
        claims = [code for code in claims if code in possible]
    elif script == "LATIN":
        claims = [code for code in claims if code not in _OF_OTHER_SCRIPTS]
    common = _by_common_words(sample, claims[0] if claims else "")
    if common is not None:
        return common
    shares = _rank(sample, possible)
    if not shares:
        return claims[0] if claims else None
    best = next(iter(shares))
    if not claims or best in claims:
        return best
    claimed = max((shares.get(code, 0.0) for code in claims), default=0.0)
    needed = MUCH_LIKELIER if len(sample) < SHORT else LIKELIER
    return best if shares[best] > needed * claimed else claims[0]


def _by_common_words(text: str, declared: str) -> str | None:
    """Return the language whose commonest words the text is full of, None where that is not plain."""
    spoken = fold(text).split()
    expected = load_words().common_words.get(declared, frozenset())
    if sum(map(expected.__contains__, spoken)) >= max(4, 1.5 * MOST_COMMON * len(spoken)):
        return declared
    found = sorted(
        ((sum(map(common.__contains__, spoken)), code) for code, common in load_words().common_words.items()),
        reverse=True,
    )
    (most, code), (next_most, _) = found[:2]
    return code if most >= 4 and most >= MOST_COMMON * len(spoken) and most >= 2 * next_most else None


def _rank(text: str, possible: frozenset[str] | None) -> dict[str, float]:
    """Return the likelihood of each possible language, likeliest first."""
    return {code: share for code, share in _ranker().rank(text) if possible is None or code in possible}


def _main_script(text: str) -> str | None:
    """Return the script of most letters, Japanese where kana stand among Chinese characters."""
    opening = text if text.isascii() else text[:200]
    if _LATIN_ONLY.fullmatch(opening):
        return "LATIN" if any(map(str.isalpha, opening)) else None
    counts: dict[str, int] = {}
    for letter in opening:
        if letter.isascii():
            script = "LATIN" if letter.isalpha() else ""
        else:
            script = unicodedata.name(letter, "").split(" ")[0].split("-")[0] if letter.isalpha() else ""
        if script:
            counts[script] = counts.get(script, 0) + 1
    if not counts:
        return None
    if counts.get("HIRAGANA", 0) + counts.get("KATAKANA", 0) > 0.1 * counts.get("CJK", 0) > 0:
        return "HIRAGANA"
    return max(counts, key=lambda script: counts[script])


@cache
def _ranker() -> _Ranker:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # here, since loading its model takes half a second

    ranker: _Ranker = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    ranker.set_languages(_OFFICIAL)
    return ranker
