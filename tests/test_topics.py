"""What an event dealt with is read from its own sentences, with evidence, and scenery is left out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.extract.topic_terms import CUES, TopicTerms, fold_text
from pipeline.extract.topics import read_topics
from pipeline.languages import Language, load_language
from pipeline.records import Topic
from pipeline.vocabulary import load_topics

ENGLISH = load_language("en")


def topics_of(
    text: str, *ranges: tuple[int, int], states: Mapping[str, tuple[int, int]] = MappingProxyType({}), **setting: bool
):
    return read_topics(text, ranges or [(0, len(text))], ENGLISH, states, **setting)


def slugs(text: str, **options: Any) -> set[str | None]:
    return {topic.topic_id for topic in topics_of(text, **options) if topic.kind == "subject"}


def names(text: str) -> list[str]:
    return [topic.label for topic in topics_of(text) if topic.kind == "named"]


def release(body: str, title: str = "News of the day") -> str:
    return f"{title}\n\n{body}"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("They discussed bilateral relations between Xanthia and Borvania.", "bilateral-relations"),
        ("The talks covered reform of the Security Council and multilateral cooperation.", "multilateral-cooperation"),
        ("The two envoys reviewed the ceasefire and the political process.", "peace-process"),
        ("They exchanged views on regional and international developments.", "regional-developments"),
        ("She discussed the country's sovereignty and territorial integrity.", "sovereignty"),
        ("They discussed lifting the economic sanctions.", "sanctions"),
        ("The ministers discussed consular cooperation and visa exemption.", "consular-affairs"),
        ("The meeting dealt with combating terrorism.", "counter-terrorism"),
        ("The Prime Minister briefed him on the invasion and the missile attacks.", "armed-conflict"),
        ("The chiefs discussed defence cooperation and joint exercises.", "defence-cooperation"),
        ("The meeting reviewed border security and the demarcation of the border.", "border-security"),
        ("They discussed non-proliferation and the nuclear programme.", "arms-control"),
        ("Talks focused on cyber security and ransomware.", "cyber-security"),
        ("They agreed to fight organised crime and drug trafficking.", "crime-and-drugs"),
        ("They discussed trade, tariffs and investment opportunities.", "trade-and-investment"),
        ("The discussions covered natural gas and renewable energy.", "energy"),
        ("They discussed a railway and a new airport.", "transport-and-infrastructure"),
        ("The mission reviewed monetary policy and debt restructuring.", "finance"),
        ("They discussed agriculture, fisheries and food security.", "agriculture-and-food"),
        ("The ministers discussed attracting more tourists.", "tourism"),
        ("They discussed the labour market and vocational training.", "labour"),
        ("The talks covered manufacturing and industrial zones.", "industry"),
        ("They discussed the reconstruction of the destroyed towns.", "reconstruction"),
        ("They discussed health, vaccines and public health.", "health"),
        ("They discussed higher education and scholarships.", "education-and-science"),
        ("They discussed cultural exchange and museums.", "culture-and-heritage"),
        ("They discussed humanitarian aid to the civilians.", "humanitarian-aid"),
        ("They discussed refugees and the return of displaced persons.", "refugees-and-migration"),
        ("She called for the release of political prisoners and respect for human rights.", "human-rights"),
        ("They discussed interfaith dialogue and the holy places.", "religion"),
        ("They discussed the Olympics and football.", "sport"),
        ("They discussed disinformation and press freedom.", "media"),
        ("They discussed gender equality and young women in politics.", "women-and-youth"),
        ("They discussed legal cooperation and the constitution.", "constitution-and-law"),
        ("They discussed the electoral commission and free and fair elections.", "elections"),
        ("The President appointed a new minister to his cabinet by decree.", "public-administration"),
        ("They discussed corruption and the supreme court.", "justice-and-corruption"),
        ("The speakers discussed parliamentary cooperation.", "legislature"),
        ("Leaders discussed climate change and emissions.", "climate-and-environment"),
        ("They discussed drinking water and river basins.", "water"),
        ("They discussed the earthquake and disaster relief.", "disaster-response"),
        ("They discussed artificial intelligence and semiconductors.", "technology"),
        ("They discussed space cooperation and a joint satellite.", "space"),
    ],
)
def test_a_subject_that_was_discussed_is_a_topic(sentence: str, expected: str):
    assert expected in slugs(release(sentence))


def test_every_slug_can_be_found():
    cases = test_a_subject_that_was_discussed_is_a_topic.pytestmark[0].args[1]
    assert {expected for _, expected in cases} == set(load_topics())


@pytest.mark.parametrize(
    "sentence",
    [
        "The Minister of Energy and Water, the Minister of Health and the Minister of Tourism were present.",
        "Also present were Oren Tasvel, Minister of Justice and Human Rights, and the Trade Minister.",
        "He previously served as head of a hospital and holds a degree in agriculture.",
        "The guard of honour stood in the courtyard.",
        "They met at the Peace Palace in good health.",
        "It was a matter of great importance.",
    ],
)
def test_scenery_is_no_topic(sentence: str):
    assert slugs(release(sentence)) == set()


def test_the_same_word_counts_outside_an_office():
    assert "health" not in slugs(release("He talked with the Minister of Health."))
    assert "health" in slugs(release("He discussed public health with the Minister of Health."))


def test_only_the_events_own_sentences_count():
    text = release("They discussed tourism and tourists. Later another minister discussed refugees and asylum seekers.")
    first = text.index("They"), text.index("Later") - 1
    assert [topic.topic_id for topic in topics_of(text, first)] == ["tourism"]


def test_subjects_carry_the_vocabulary_and_cite_their_words():
    text = release("They discussed renewable energy, electricity and pipelines.")
    found = next(topic for topic in topics_of(text) if topic.topic_id == "energy")
    assert (found.label, found.iptc_code, found.kind) == ("Energy", "20000256", "subject")
    assert [text[item.begin_at : item.end_at] for item in found.evidence] == [
        "renewable energy",
        "electricity",
        "pipelines",
    ]
    assert {(item.field, item.rule) for item in found.evidence} == {("topic_id", "topic:energy")}
    assert 0.5 <= found.confidence < 1


def test_a_longer_phrase_keeps_its_words_from_counting_alone():
    text = release("They discussed the fight against drug trafficking.")
    (found,) = [topic for topic in topics_of(text) if topic.topic_id == "crime-and-drugs"]
    assert [text[item.begin_at : item.end_at] for item in found.evidence] == ["drug trafficking"]


def test_both_spellings_and_hyphens_are_one():
    for wording in ("counter-terrorism", "Counter terrorism", "COUNTER\u2011TERRORISM"):
        assert "counter-terrorism" in slugs(release(f"They discussed {wording}."))
    for wording in ("defence cooperation", "defense cooperation"):
        assert "defence-cooperation" in slugs(release(f"They discussed {wording}."))


def test_two_states_have_their_relations_as_topic_when_nothing_else_is_told():
    text = release("The President received Oren Tasvel of Borvania.")
    states = {
        "XA": (text.index("President"), text.index("President") + 9),
        "XB": (text.index("Borvania"), len(text) - 1),
    }
    assert slugs(text) == set()
    (found,) = topics_of(text, states=states)
    assert found.topic_id == "bilateral-relations"
    assert [(item.begin_at, item.end_at) for item in found.evidence] == sorted(states.values())
    assert slugs(text, states={"XA": states["XA"]}) == {"bilateral-relations"}
    alone = release("The President received Oren Tasvel.")
    assert slugs(alone, states={"XA": states["XA"]}) == set()
    assert slugs(alone, states={"XA": states["XA"]}, domestic=True) == {"public-administration"}
    assert slugs(alone, office=True) == {"public-administration"}


def test_what_was_discussed_needs_one_word_and_what_follows_a_turn_does_not_count():
    assert "water" in slugs(release("The ministers of the two republics discussed water and the weather."))
    assert "water" not in slugs(release("The ministers drank water. Then they went home."))
    turned = release("They discussed tourism, thanking the host for the water and the tea.")
    assert slugs(turned) == {"tourism"}
    passive = release("Vocational schools and the mining of copper were discussed.")
    assert {"industry", "education-and-science"} <= slugs(passive)


def test_two_words_near_each_other_say_what_neither_says_alone():
    assert "regional-developments" in slugs(release("They discussed regional, continental and world affairs."))
    assert "regional-developments" in slugs(release("They discussed the situation in Mali."))
    assert "regional-developments" not in slugs(release("Mali is a country. The situation was not clear."))
    near = "It is a matter of friendship and of cooperation between the two countries, they said and agreed."
    assert "bilateral-relations" in slugs(release(near + " Xanthe lies in Mali and Borvagrad in Chad."))


def test_an_abbreviation_counts_in_capitals_only():
    assert "multilateral-cooperation" in slugs(release("They discussed the role of the OIC."))
    assert "multilateral-cooperation" not in slugs(release("They discussed Pak Oic, a singer."))


def test_relations_need_two_states():
    words = "They discussed ways of cooperation between the two sides."
    assert slugs(release(words)) == set()
    text = release(f"{words} The guests came from Mali.")
    assert "bilateral-relations" in slugs(text, states={"TD": (0, 4)})


def test_many_states_favour_their_relations_and_a_gathering_multilateral_cooperation():
    text = release("The heads of state exchanged greetings.")
    states = dict.fromkeys(("XA", "XB", "XC"), (0, 4))
    assert [topic.topic_id for topic in read_topics(text, [(0, len(text))], ENGLISH, states)] == ["bilateral-relations"]
    assert not read_topics(text, [(0, len(text))], ENGLISH, states, gathering=True)
    talk = release("The summit dealt with the tasks of member states and the summit's rules.")
    found = read_topics(talk, [(0, len(talk))], ENGLISH, states, gathering=True)
    assert "multilateral-cooperation" in {topic.topic_id for topic in found}


def test_a_word_in_passing_counts_less_in_a_long_text_and_one_that_was_discussed_does_not():
    filler = "The guests walked slowly through the long garden and looked at the fountain. " * 12
    assert slugs(release(f"{filler}There is tourism in the south of the garden.")) == set()
    assert slugs(release(f"{filler}They discussed tourism in the south of the island.")) == {"tourism"}


def test_named_topics_keep_their_name_and_cite_every_place():
    text = release(
        "They spoke of the battle of Idlib and the Constitution Discussion Committee. "
        "The Extended Credit Facility was reviewed. Members of the Constitution Discussion Committee will meet."
    )
    assert names(text) == ["battle of Idlib", "Constitution Discussion Committee", "Extended Credit Facility"]
    committee = topics_of(text)[-2]
    assert (committee.topic_id, committee.iptc_code) == (None, None)
    assert len(committee.evidence) == 2


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("He praised the Convention on the Law of the Sea.", ["Convention on the Law of the Sea"]),
        ("They signed a Memorandum of Understanding on Fisheries today.", ["Memorandum of Understanding on Fisheries"]),
        ("He called the Taldor ceasefire agreement a step ahead.", ["Taldor ceasefire agreement"]),
        ("This Agreement is new.", []),
        ("The agreement was signed.", []),
        ("The Chairman of the Foreign Affairs Committee spoke.", []),
        ("Xanthia's Clean Ports Programme begins.", ["Clean Ports Programme"]),
    ],
)
def test_named_topics_begin_and_end_where_the_name_does(sentence: str, expected: list[str]):
    assert names(release(sentence)) == expected


def test_headlines_give_no_named_topic():
    assert names("President Signs New Clean Ports Agreement With Borvania\n\nNothing else.") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"topics": {"no-such-topic": {"strong": ["x"]}}}, "no-such-topic is no topic of the vocabulary"),
        ({"topics": {"water": {"bold": ["x"]}}}, "water: bold is none of"),
        ({"topics": {"water": {"strong": ["x"], "weak": ["x"]}}}, "water: 'x' stands twice"),
        ({"topics": {"water": {"strong": ["in*ner"]}}}, "'in*ner' is no term"),
        ({"topics": {"water": {"strong": [5]}}}, "5 is no term"),
    ],
)
def test_a_wrong_topics_file_is_refused(change: dict[str, object], message: str):
    data = {
        "spellings": [],
        "topics": {},
        "not_topics": [],
        **{cue: [] for cue in CUES},
        **change,
    }
    with pytest.raises(ConfigurationError) as error:
        TopicTerms(data, "topics.yml")
    assert message in str(error.value)
    assert str(error.value).startswith("topics.yml: ")


def spans_are_valid(text: str, found: tuple[Topic, ...], begin: int, end: int) -> bool:
    return all(
        begin <= item.begin_at < item.end_at <= end and text[item.begin_at : item.end_at].strip()
        for topic in found
        for item in topic.evidence
    )


PIECES = st.sampled_from(
    [
        "health",
        "Minister of",
        "The ",
        "Agreement",
        "battle of ",
        "discussed ",
        ". ",
        "\n",
        "\n\n",
        "İ",
        "’s ",
        "-",
        "water",
        " on the ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join)), st.integers(0, 80), st.integers(0, 80)
)
def test_any_text_gives_valid_spans_and_the_same_answer_twice(text: str, begin: int, length: int):
    begin = min(begin, len(text))
    end = min(begin + length, len(text))
    found = topics_of(text, (begin, end))
    assert found == topics_of(text, (begin, end))
    assert spans_are_valid(text, found, begin, end)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_folding_keeps_every_character_in_its_place(text: str):
    assert len(fold_text(text)) == len(text)


class CountingText(str):
    """A text that counts how many characters are cut from it."""

    cut = 0

    def __getitem__(self, key: object) -> str:
        piece = str.__getitem__(self, key)  # type: ignore[index]
        CountingText.cut += len(piece)
        return piece


@pytest.mark.parametrize("piece", ["They discussed health. ", "The Committee on ", "water, ", "A", "\n", "(["])
def test_work_grows_with_the_length_of_the_text(piece: str):
    def work(size: int) -> int:
        CountingText.cut = 0
        text = CountingText((piece * size)[:size])
        read_topics(text, [(0, len(text))], ENGLISH)
        return CountingText.cut

    assert work(40_000) <= 2.1 * work(20_000)


def test_a_language_without_a_topic_word_gives_none():
    empty = Language("zz", {}, {}, {}, {**ENGLISH.topics, "topics": {}, "not_topics": []}, ENGLISH.dates, {})
    assert read_topics("They discussed health.", [(0, 22)], empty) == ()
