"""People as releases write them: titles, names and lists in every order."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.extract import extract_release
from pipeline.records import Attendee, Release


def release(body: str, title: str = "Foreign Ministry news", country: str | None = "XA") -> Release:
    return Release(
        "test", "https://example.org/1", title, body, published_date=date(2024, 5, 15), language="en", country=country
    )


def people(body: str, **options: str | None) -> dict[str, Attendee]:
    found = extract_release(release(body, **options))
    return {
        a.name: a for event in found.events if event.mention == "primary" for a in event.attendees if a.kind == "person"
    }


@pytest.mark.parametrize(
    ("position", "name"),
    [
        ("Minister of Trade", "Oskar Brennaldi"),
        ("Minister of Foreign Affairs and Expatriates", "Faris al-Tammar"),
        ("Minister of Tourism, Health, and Trade", "Vela Horanth"),
        ("National Security Advisor (NSA)", "Tolvi Hagerup"),
        ("Chief of Staff Major General", "Herzo Lavend"),
        ("Director of the Asian Department at the Ministry of Foreign Affairs", "Aymen Raadi"),
        ("Governor of the Central Bank of Xanthia", "Pavlo Ostrench"),
        ("Deputy Prime Minister and Minister of Labour", "Ines Ostrench"),
        ("Member of the Political Bureau, Director of the Office, and Foreign Minister", "Wen Yilo"),
        ("Minister of Power Grids and Coal Industry", "Yaro Dubenki"),
        ("foreign minister", "Hakon Fidal"),
    ],
)
def test_a_position_is_read_before_its_name(position: str, name: str) -> None:
    found = people(f"President Ada Korvin received {position} {name} today.")
    assert set(found) == {"Ada Korvin", name}
    assert found[name].position == position


@pytest.mark.parametrize(
    "written",
    [
        "Oskar Brennaldi, the Minister of Trade,",
        "Oskar Brennaldi (Minister of Trade)",
        "H.E. Mr. Oskar Brennaldi, Minister of Trade,",
        "the Minister of Trade, Dr. Oskar Brennaldi,",
        "her colleague, Minister of Trade Oskar Brennaldi,",
    ],
)
def test_a_position_is_read_around_its_name(written: str) -> None:
    found = people(f"President Ada Korvin received {written} today.")
    assert set(found) == {"Ada Korvin", "Oskar Brennaldi"}
    assert found["Oskar Brennaldi"].position == "Minister of Trade"


@pytest.mark.parametrize(
    "name",
    [
        "Nasir bin Hamed Al Khelani",
        "Abdel Rahim Abu Salwan",
        "Faisal al-Mikdar",
        "Moon Jae-sul",
        "Xie Zhenlu",
        "Nguyen Thi Bach Huong",
        "U Tun Tun Maw",
        "K.M.A.N. Daulapala",
        "R. S. Khan Azordo",
        "Andrés Manuel López Obradi",
        "Francisco Maneul Monteiro de Queirez",
        "Ursula von der Leidin",
        "Recep Tayyip Erdinç",
        "Sergei Viktorovich Lavrin",
        "Jean-Luc d'Armagnat",
        "Kaitu’u Tautai Agikilo",
        "Joseph R. Bidenski, Jr.",
        'James "Sandy" A. Winnefold',
        "Şükrü Çağlayan",
        "ALEXANDER DOWNING",
        "KAMIKAWO Yuko",
        "Israel Katzin",
        "Penny Wongo",
    ],
)
def test_names_of_the_world_are_read_whole(name: str) -> None:
    found = people(f"President Ada Korvin received Ambassador {name} of Borvania today.")
    assert set(found) == {"Ada Korvin", name}
    assert found[name].country == "XB"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Sheikh Rahimo", "Sheikh Rahimo"),
        ("Sheikh Tamer bin Hamed", "Tamer bin Hamed"),
        ("Shri Ajit Dovalu", "Ajit Dovalu"),
        ("Tan Sri Ahmad Zahrin", "Ahmad Zahrin"),
        ("the Hon. Lana Qarisi, MP", "Lana Qarisi"),
        ("Mr K Shanmugar, SC", "K Shanmugar"),
        ("Lt. Gen. Ahmed al-Nabhoni", "Ahmed al-Nabhoni"),
    ],
)
def test_honorifics_and_post_nominals_are_no_part_of_a_name(written: str, name: str) -> None:
    assert name in people(f"President Ada Korvin met with {written} today.")


def test_a_plural_position_is_shared_by_its_names() -> None:
    found = people("President Ada Korvin received Ministers Oskar Brennaldi and Vela Horanth today.")
    assert [found[name].position for name in ("Oskar Brennaldi", "Vela Horanth")] == ["Minister", "Minister"]


def test_states_and_names_are_paired_in_order() -> None:
    found = people(
        "President Ada Korvin hosted the Presidents of Borvania, Calderra and Dunmark, Milo Vastar, Rosa "
        "Quintel and Jan Oort, "
        "respectively."
    )
    assert [found[name].country for name in ("Milo Vastar", "Rosa Quintel", "Jan Oort")] == ["XB", "XC", "XD"]


def test_a_list_may_put_titles_before_the_comma() -> None:
    found = people(
        "President Ada Korvin met with Mr. Evan Papas today. Officials in attendance included Secretary to the "
        "President "
        "Dr. Nandi Kumara, Governor of the Central Bank, Dr. P. Weerani, Director General, Department of Fiscal "
        "Policy, "
        "Dr. M. K. C. Senna and Assistant Governor, Secretary to the Policy Board, Dr. C. Amara."
    )
    assert {name: found[name].position for name in found if found[name].position} == {
        "Ada Korvin": "President",
        "Nandi Kumara": "Secretary to the President",
        "P. Weerani": "Governor of the Central Bank",
        "M. K. C. Senna": "Director General, Department of Fiscal Policy",
        "C. Amara": "Assistant Governor, Secretary to the Policy Board",
    }


def test_a_list_may_put_titles_after_the_name() -> None:
    found = people(
        "Jenna Kleinert, Director of the Policy Council, Nera Tandun, Assistant to the President, and Mitch "
        "Landrov, Senior "
        "Advisor to the President, met with union leaders today."
    )
    assert {name: a.position for name, a in found.items()} == {
        "Jenna Kleinert": "Director of the Policy Council",
        "Nera Tandun": "Assistant to the President",
        "Mitch Landrov": "Senior Advisor to the President",
    }


def test_a_column_of_positions_states_and_names_is_read() -> None:
    found = people(
        "President Ada Korvin convened the Energy Forum today.\n\nParticipants included:\n\n"
        "- President Milo Vastar, Borvania\n- Prime Minister, Calderra: Rosa Quintel\n- Jan Oort – Minister of "
        "Energy of Dunmark\n"
        "- Secretary-General Tala Fenn, United Nations"
    )
    assert {name: a.country for name, a in found.items()} == {
        "Ada Korvin": "XA",
        "Milo Vastar": "XB",
        "Rosa Quintel": "XC",
        "Jan Oort": "XD",
        "Tala Fenn": None,
    }


def test_one_person_under_several_forms_and_spellings_is_one_attendee() -> None:
    found = people(
        "President Ada Korvin received Borvanian Deputy Minister Faisal al-Mikdad today. Deputy Minister "
        "Al-Meqdad praised "
        "the talks. Mrs. Korvin thanked Mikdad."
    )
    assert set(found) == {"Ada Korvin", "Faisal al-Mikdad"}
    assert found["Faisal al-Mikdad"].written_as == ("Faisal al-Mikdad", "Al-Meqdad", "Mikdad")


def test_the_fullest_form_is_the_name_even_when_only_the_title_has_it() -> None:
    found = people(
        "The President spoke by phone with Prime Minister Trudell of Borvania today.",
        title="President Ada M. Korvin's call with Prime Minister Jon Trudell",
    )
    assert set(found) == {"Ada M. Korvin", "Jon Trudell"}


def test_positions_tell_the_state_a_person_acts_for() -> None:
    found = people(
        "President Ada Korvin received Ambassador of the Republic of Borvania to Xanthia Milo Vastar, "
        "Calderra's Trade Minister "
        "Rosa Quintel, Dunmarkian Foreign Minister's Adviser Jan Oort and UN Special Envoy for Estmere Tala "
        "Fenn today."
    )
    assert {name: a.country for name, a in found.items()} == {
        "Ada Korvin": "XA",
        "Milo Vastar": "XB",
        "Rosa Quintel": "XC",
        "Jan Oort": "XD",
        "Tala Fenn": None,
    }


@pytest.mark.parametrize(
    "joined", ["and his wife Rosa Quintel", "and his wife, Rosa Quintel,", "and his daughter Rosa Quintel"]
)
def test_a_husband_or_wife_stands_beside_who_is_named_before_them(joined: str) -> None:
    found = people(f"President Ada Korvin received King Milo Vastar of Borvania {joined} at the palace today.")
    assert set(found) == {"Ada Korvin", "Milo Vastar", "Rosa Quintel"}
    assert (found["Rosa Quintel"].country, found["Rosa Quintel"].side) == ("XB", "guest")
    found = people(f"King Milo Vastar {joined} received President Ada Korvin of Borvania today.")
    assert set(found) == {"Ada Korvin", "Milo Vastar", "Rosa Quintel"}
    assert found["Rosa Quintel"].country == found["Milo Vastar"].country == "XA"


@pytest.mark.parametrize(
    ("sentence", "position"),
    [
        (
            "Jan Oort, Minister of State, Second Minister for Education, and Member of the Senate, met President Ada Korvin.",
            "Minister of State, Second Minister for Education, and Member of the Senate",
        ),
        (
            "President Ada Korvin met the Deputy Prime Minister, Acting Minister of Foreign Affairs and Emigrants, Jan Oort.",
            "Deputy Prime Minister, Acting Minister of Foreign Affairs and Emigrants",
        ),
        (
            "President Ada Korvin met Jan Oort, Secretary for Relations with States.",
            "Secretary for Relations with States",
        ),
        ("President Ada Korvin met her Borvanian counterpart Jan Oort.", "Borvanian counterpart"),
    ],
)
def test_all_offices_that_stand_together_are_told(sentence: str, position: str) -> None:
    assert people(sentence)["Jan Oort"].position == position


def test_the_end_of_a_list_tells_whether_offices_stand_before_their_names() -> None:
    found = people(
        "President Ada Korvin was joined by Pavlo Ostrench, Minister for Defence, Tolvi Hagerup, Commissioner of Police, "
        "Herzo Lavend, and Chief of Staff, Vela Horanth, when she received King Milo Vastar of Borvania."
    )
    offices = {name: attendee.position for name, attendee in found.items()}
    assert (offices["Tolvi Hagerup"], offices["Herzo Lavend"]) == ("Minister for Defence", "Commissioner of Police")
    assert (offices["Pavlo Ostrench"], offices["Vela Horanth"]) == (None, "Chief of Staff")
    found = people(
        "President Ada Korvin was joined by Tolvi Hagerup, Minister for Defence, Herzo Lavend, Commissioner of Police, and "
        "Vela Horanth, Chief of Staff, when she received King Milo Vastar of Borvania."
    )
    offices = {name: attendee.position for name, attendee in found.items()}
    assert (offices["Tolvi Hagerup"], offices["Vela Horanth"]) == ("Minister for Defence", "Chief of Staff")


@pytest.mark.parametrize(
    "listed",
    [
        "the ambassadors of Borvania - Milo Vastar, Calderra - Rosa Quintel and Dunmark - Jan Oort",
        "the ambassadors of Borvania, Milo Vastar; Calderra, Rosa Quintel; and Dunmark, Jan Oort",
    ],
)
def test_envoys_are_listed_after_their_states(listed: str) -> None:
    found = people(f"President Ada Korvin received {listed}.")
    told = {name: (attendee.country, attendee.position) for name, attendee in found.items()}
    assert told["Milo Vastar"] == ("XB", "ambassador of Borvania")
    assert told["Rosa Quintel"] == ("XC", "ambassador")
    assert told["Jan Oort"] == ("XD", "ambassador")


def test_envoys_that_a_release_lists_without_an_office_have_the_one_it_gives_them_all() -> None:
    found = people(
        "President Ada Korvin received the credentials of three new ambassadors today.\n\nThe envoys are:\n"
        "Milo Vastar (Borvania)\nRosa Quintel (Calderra)\nJan Oort (Dunmark)"
    )
    assert {found[name].position for name in ("Milo Vastar", "Rosa Quintel", "Jan Oort")} == {"ambassador"}
    assert found["Rosa Quintel"].country == "XC"


def test_who_is_appointed_has_the_office_they_are_appointed_to() -> None:
    found = people(
        "President Ada Korvin has appointed Jan Oort as Permanent Secretary at the Ministry of Energy and Milo Vastar as the "
        "country's next High Commissioner to Borvania."
    )
    assert found["Jan Oort"].position == "Permanent Secretary at the Ministry of Energy"
    assert found["Milo Vastar"].position == "High Commissioner to Borvania"
    assert (
        people("Rosa Quintel was nominated for the post of Prime Minister.")["Rosa Quintel"].position
        == "Prime Minister"
    )
