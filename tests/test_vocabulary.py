"""The vocabularies are whole, agree with each other, and say clearly what is wrong with a wrong file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.languages import known_languages, load_language, read_countries, read_places
from pipeline.vocabulary import STATUSES, load_countries, load_event_types, load_topics
from pipeline.vocabulary.files import read_yaml

CHECKOUT = Path(__file__).resolve().parent.parent
ISO_3166_1 = re.findall(
    r"[A-Z]{2}",
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """,
)


def test_countries_are_all_of_iso_3166_1_kosovo_and_the_invented_states():
    countries = load_countries()
    assert [code for code in countries if not code.startswith("X")] == ISO_3166_1
    assert {code for code, country in countries.items() if country.invented} == {"XA", "XB", "XC", "XD", "XE", "XF"}
    assert countries["XK"].capital == "Pristina"
    assert len({country.alpha3 for country in countries.values()}) == len(countries)


def test_event_types_carry_the_codes_of_plover_and_cameo():
    types = load_event_types()
    assert list(types) == [
        "meeting", "call", "visit", "conference", "ceremony", "signing", "message", "statement", "appointment", "other",
    ]  # fmt: skip
    assert types["call"].plover("held") == ("CONSULT", "phone")
    assert types["meeting"].plover("held", "third-party") == ("CONSULT", "third-party")
    assert types["call"].plover("held", "third-party") == ("CONSULT", "phone")
    assert types["meeting"].plover("planned", "visit") == ("AGREE", None)
    assert types["appointment"].plover("held") == (None, None)
    assert types["signing"].cameo_code == "057"
    for entry in types.values():
        assert tuple(entry.ocd_status) == STATUSES
        assert entry.label
        assert entry.definition


def test_topics_each_have_their_own_iptc_code_and_terms():
    topics = load_topics()
    assert len(topics) == 43
    assert len({entry.iptc_code for entry in topics.values()}) == len(topics)
    assert set(load_language("en").topics["topics"]) == set(topics)


def test_the_codebook_documents_every_topic_and_event_type():
    codebook = (CHECKOUT / "CODEBOOK.md").read_text(encoding="utf-8")
    rows = {
        tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in codebook.splitlines() if line.startswith("|")
    }
    for entry in load_topics().values():
        assert (f"`{entry.topic_id}`", entry.label, entry.definition, f"{entry.iptc_code} {entry.iptc_label}") in rows
    for kind in load_event_types().values():
        plover = " ".join(filter(None, (kind.plover_code, kind.plover_mode))) or "–"
        assert (f"`{kind.event_type}`", kind.definition, plover, kind.cameo_code or "–") in rows


def test_every_state_can_be_named_and_its_people_spoken_of():
    kinds: dict[str, set[str]] = {}
    for form in load_language("en").countries.values():
        for code in form.codes:
            kinds.setdefault(code, set()).add(form.kind)
    assert set(kinds) == set(load_countries())
    assert all("name" in found or "short" in found for found in kinds.values())
    for code in ("SY", "IR", "XA", "XF", "NE", "DO", "KR", "GB", "PS", "SZ", "MK", "CI"):
        assert "demonym" in kinds[code]


@pytest.mark.parametrize(
    ("form", "code", "kind"),
    [
        ("Islamic Republic of Iran", "IR", "formal"),
        ("Türkiye", "TR", "name"),
        ("Turkey", "TR", "name"),
        ("UK", "GB", "abbreviation"),
        ("U.S.", "US", "abbreviation"),
        ("DPRK", "KP", "abbreviation"),
        ("Republic of Korea", "KR", "formal"),
        ("Palestinian Authority", "PS", "short"),
        ("Eswatini", "SZ", "name"),
        ("Solomon Island", "SB", "name"),
        ("Ivory Coast", "CI", "short"),
        ("Côte d'Ivoire", "CI", "name"),
        ("Holy See", "VA", "name"),
        ("Nigerien", "NE", "demonym"),
        ("Nigerian", "NG", "demonym"),
        ("Iranians", "IR", "people"),
        ("Guinea-Bissau", "GW", "name"),
        ("Equatorial Guinea", "GQ", "name"),
        ("Latin America", None, "none"),
        ("South China Sea", None, "none"),
        ("Dunmarkian", "XD", "demonym"),
    ],
)
def test_country_forms_name_the_right_country(form: str, code: str | None, kind: str):
    found = load_language("en").countries[form]
    assert (found.code, found.kind) == (code, kind)


def test_forms_of_several_countries_and_doubtful_ones_say_so():
    countries = load_language("en").countries
    assert countries["Congo"].codes == ("CD", "CG")
    assert countries["Korean"].codes == ("KR", "KP")
    assert countries["Dominican"].codes == ("DO", "DM")
    assert {"Georgia", "Jordan", "Chad"} <= {form for form, found in countries.items() if found.doubtful}


def test_every_capital_that_is_no_country_is_a_place_of_its_country():
    language = load_language("en")
    for country in load_countries().values():
        place = language.places.get(country.capital or "")
        if place is not None:
            assert place.country == country.code or place.doubtful
    states = {form.code for form in language.countries.values() if form.kind == "formal"}
    without = {"MC", "SG", "SM", "HK", "MO"}
    cities = {place.country for place in language.places.values() if place.capital}
    assert states - without <= cities


def test_places_are_many_and_no_form_is_both_place_and_country():
    language = load_language("en")
    assert len(language.places) > 2000
    assert not set(language.places) & set(language.countries)
    assert language.places["Davos"].country == "CH"
    assert language.places["Camp David"].kind == "venue"
    assert language.places["Xanthe"].capital


def test_unknown_language_is_named_with_the_known_ones():
    assert "en" in known_languages()
    with pytest.raises(ConfigurationError, match=r"'xx' has no rules; known: .*en"):
        load_language("xx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: 1\nb: [", r"wrong\.yml:\d+: "),
        ("- a\n- b\n", "holds no mapping"),
        ("codes:\n  NO: Norway\n", "codes: False: put quotes"),
        ("a: 1\na: 2\n", r"wrong\.yml:2: 'a' stands twice"),
        ("\x00", "wrong.yml: "),
    ],
)
def test_a_wrong_file_is_named_with_its_place(tmp_path: Path, content: str, message: str):
    path = tmp_path / "wrong.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        read_yaml(path)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"none\.yml: cannot be read"):
        read_yaml(tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("ambiguous: {}\ncountries: {QQ: {name: [Nowhere]}}\n", "QQ is no country"),
        ("ambiguous: {}\ncountries: {FR: {nickname: [Gaul]}}\n", "kind 'nickname' is none of"),
        ("ambiguous: {}\ncountries: {FR: {name: [A]}, DE: {name: [A]}}\n", "'A' stands twice"),
        ("ambiguous: {}\ndoubtful: [B]\ncountries: {FR: {name: [A]}}\n", "'B' is no form"),
        ("countries: {FR: {name: [A]}}\n", "ambiguous: a mapping is missing"),
        ("ambiguous: {}\ncountries: {FR: {name: A}}\n", "a list of words is expected"),
    ],
)
def test_a_wrong_countries_file_is_refused(tmp_path: Path, content: str, message: str):
    path = tmp_path / "countries.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        read_countries(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("capitals: {FR: [A]}\ncities: {DE: [A]}\nregions: {}\nvenues: {}\n", "'A' stands twice, also for FR"),
        ("capitals: {ZZ: [A]}\ncities: {}\nregions: {}\nvenues: {}\n", "ZZ is no country"),
        ("doubtful: [B]\ncapitals: {}\ncities: {}\nregions: {}\nvenues: {}\n", "'B' is no place"),
        ("capitals: {}\n", "cities: a mapping is missing"),
    ],
)
def test_a_wrong_places_file_is_refused(tmp_path: Path, content: str, message: str):
    path = tmp_path / "places.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        read_places(path)
