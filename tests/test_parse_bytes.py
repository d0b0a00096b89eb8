"""Encodings found and repaired, and the language of what was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse.bytes import NoTextError, read_utf8
from pipeline.parse.language import normal_language, read_language
from pipeline.parse.repair import repair_text

TEXTS = {
    "ru": "Президент принял министра иностранных дел. Стороны обсудили «экономику» – сказал он.",
    "ar": "استقبل الرئيس اليوم وزير الخارجية وبحثا العلاقات الثنائية بين البلدين وسبل تعزيزها.",
    "fr": "Le président a reçu le ministre des affaires étrangères à l’Élysée – la coopération.",
    "de": "Der Präsident empfing die Außenministerin; über Wärme und Größe wurde gesprochen.",
    "tr": "Cumhurbaşkanı bugün Dışişleri Bakanını kabul etti ve ikili ilişkileri görüştü.",
    "pl": "Prezydent przyjął dziś ministra spraw zagranicznych; rozmowa dotyczyła współpracy.",
    "el": "Ο Πρόεδρος της Δημοκρατίας δέχθηκε τον Υπουργό Εξωτερικών στην Αθήνα σήμερα.",
    "zh": "外交部发言人主持例行记者会，他说中国愿同各国发展关系，这是我们的一贯立场。",
    "ja": "首相は本日、外務大臣と会談し、両国の関係について協議しました。",
}
LEGACY = {"ru": "cp1251", "ar": "cp1256", "fr": "cp1252", "de": "cp1252", "tr": "cp1254", "pl": "cp1250"}
LEGACY |= {"el": "cp1253", "zh": "gb18030", "ja": "cp932"}


def page(text: str, meta: str = "", lang: str = "") -> str:
    return f"<html{f' lang={lang}' if lang else ''}><head>{meta}</head><body><p>{text}</p></body></html>"


def read(body: bytes, content_type: str = "text/html", language: str | None = None) -> str:
    return read_utf8(body, content_type, language).decode()


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "legacy"])
def test_a_declared_encoding_is_believed(language: str, encoding: str) -> None:
    text, name = TEXTS[language], LEGACY[language] if encoding == "legacy" else encoding
    assert text in read(page(text).encode(name), f"text/html; charset={name}")
    if not name.startswith("utf-16"):
        assert text in read(page(text, f'<meta charset="{name}">').encode(name))
        assert text in read(
            page(text, f'<meta http-equiv=Content-Type content="text/html; charset={name}">').encode(name)
        )


@pytest.mark.parametrize("language", [language for language in TEXTS if language != "tr"])
def test_an_undeclared_encoding_is_found_by_its_letters(language: str) -> None:
    text = TEXTS[language]
    assert text in read(page(text).encode(LEGACY[language]))


@pytest.mark.parametrize("name", ["Köln", "Åland", "Málaga", "São Tomé", "Curaçao", "Genève", "Castañeda", "Zürich"])
@pytest.mark.parametrize("declared", ["text/html", "text/html; charset=utf-8", "text/html; charset=x-none"])
def test_one_accent_is_no_sign_of_a_distant_script(name: str, declared: str) -> None:
    text = (
        f"The Foreign Minister travelled to {name} today, where she opened the conference on trade and met the mayor."
    )
    assert text in read(page(text).encode("cp1252"), declared)
    assert f"Visit to {name}" in read(page(f"Visit to {name}").encode("cp1252"), declared)


@pytest.mark.parametrize("word", ["Министр", "وزير", "外交部长", "大臣", "Υπουργός"])
def test_one_word_of_another_script_is_still_found(word: str) -> None:
    language = {"М": "ru", "و": "ar", "外": "zh", "大": "ja", "Υ": "el"}[word[0]]
    assert word in read(page(f"{word} {TEXTS[language]}").encode(LEGACY[language]))
    assert TEXTS[language] in read(page(f"Press {TEXTS[language]} 2026").encode(LEGACY[language]))


@pytest.mark.parametrize("language", TEXTS)
def test_an_encoding_declared_wrongly_as_utf_8_is_found(language: str) -> None:
    text = TEXTS[language]
    body = page(text, "<meta charset=utf-8>", lang=language).encode(LEGACY[language])
    assert text in read(body, "text/html; charset=utf-8")
    assert text in read(page(text).encode(LEGACY[language]), "text/html; charset=utf-8", language)


@pytest.mark.parametrize("language", TEXTS)
def test_utf_8_is_kept_where_a_page_declares_something_else(language: str) -> None:
    text = TEXTS[language]
    assert text in read(page(text, "<meta charset=iso-8859-1>").encode(), "text/html; charset=windows-1251")


def test_one_broken_byte_does_not_spoil_a_page_of_utf_8() -> None:
    body = page(TEXTS["ru"] * 5).encode()[:-30] + b"\xe9 end"
    assert TEXTS["ru"] in read(body)


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("misread", ["cp1252", "cp1251", "cp1256"])
def test_text_that_was_encoded_twice_is_repaired(language: str, misread: str) -> None:
    text = TEXTS[language]
    twice = "".join(bytes([byte]).decode(misread, "ignore") or chr(byte) for byte in text.encode())
    assert repair_text(twice) == text
    assert text in read(page(twice).encode())


@pytest.mark.parametrize(
    "text", [*TEXTS.values(), "São Paulo: NÃO «MAÇÃ» À noite", "«РС» Россия «С»", "Â", "naïve café", "€ 5 – “so”"]
)
def test_text_that_was_not_encoded_twice_is_left_alone(text: str) -> None:
    assert repair_text(text) == text


@given(
    st.text(
        alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7FF, exclude_categories=["Cc", "Cs"]), max_size=60
    )
)
def test_repair_never_fails_and_leaves_ascii_alone(text: str) -> None:
    repaired = repair_text(text)
    assert repaired.encode("ascii", "ignore") == text.encode("ascii", "ignore") or not text.isascii()


def test_what_no_reader_sees_is_left_out() -> None:
    body = page("A\u200bB\u00adC\ufeffD\x00E\x07F\u200eG\u202aH\ufdd0I J\u00a0K").encode()
    assert "ABCDEFGHI J\u00a0K" in read(body)
    assert "می\u200cرود" in read("می\u200cرود".encode())  # Persian writes with it


@pytest.mark.parametrize("body", [b"%PDF-1.4", b"\x89PNG\r\n", b"\x00" * 50, bytes(range(256)) * 9, b"PK\x03\x04abc"])
def test_binary_files_are_no_text(body: bytes) -> None:
    with pytest.raises(NoTextError):
        read_utf8(body)


@given(
    st.binary(max_size=400), st.sampled_from(["text/html", "text/html; charset=gb2312", "charset=", "charset=nonsense"])
)
def test_any_bytes_are_read_as_valid_utf_8_or_refused(body: bytes, content_type: str) -> None:
    try:
        text = read_utf8(body, content_type)
    except NoTextError:
        return
    assert "\x00" not in text.decode("utf-8")


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("President Idris Velmar received Foreign Minister Hresko of Borvania.", None, "en"),
        ("President Velmar receives Hresko in Xanthe", "en", "en"),
        ("Condolence message", "en-GB", "en"),
        ("Le président a reçu le ministre des affaires étrangères.", "en", "fr"),
        ("Der Bundeskanzler empfing den Präsidenten in Berlin.", "en", "de"),
        ("El presidente se reunió con el canciller de Borvania.", None, "es"),
        ("Encontro do Ministro das Relações Exteriores com o embaixador", "en", "pt"),
        (TEXTS["ru"], "en", "ru"),
        ("Президент прийняв міністра закордонних справ України", "ru", "uk"),
        (TEXTS["ar"], "en", "ar"),
        ("رئیس جمهور با وزیر خارجه دیدار کرد", "ar", "fa"),
        (TEXTS["tr"], "en_US", "tr"),
        (TEXTS["zh"], None, "zh"),
        (TEXTS["ja"], "zh", "ja"),
        ("The Minister of Foreign Affairs met today with the Ambassador to discuss trade and the border.", "ar", "en"),
        ("2026 – 12", "en", "en"),
        ("2026 – 12", None, None),
    ],
)
def test_the_text_has_the_last_word_on_its_language(text: str, declared: str | None, language: str | None) -> None:
    assert read_language(text, declared) == language


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en-US", "en"),
        ("EN", "en"),
        ("zh-Hant-TW", "zh"),
        ("ar_SY", "ar"),
        ("eng", "en"),
        ("iw", "he"),
        ("", None),
        (None, None),
        ("x", None),
    ],
)
def test_declared_languages_become_iso_639_1(declared: str | None, code: str | None) -> None:
    assert normal_language(declared) == code
