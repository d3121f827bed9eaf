import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.insight.questions import (
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LibraryQuestion,
    questions_from,
    stands_alone,
    units,
)
from services.insight.wording import worded
from services.knowledge.cloze import AnswerKind, Cloze, clozes
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage
from services.knowledge.sentences import sentence_spans

LEMMATIZER = MorphologicalLemmatizer()
TEXTS = (
    "Густой бульон варят 90 минут на слабом огне. Рассольник — русский суп из солёных огурцов.",
    "Тесто отдыхает 40 минут под чистым полотенцем. Пельмени — варёные изделия из теста с фаршем.",
    "Картофель для ухи варится 15 минут в рыбном отваре. Уха — прозрачный рыбный отвар с луком.",
    "Салат из свёклы настаивается 30 минут в холоде. Винегрет — русский салат из варёных овощей.",
    "В 1871 году Дмитрий Менделеев предсказал свойства неизвестных элементов.",
    "В 1820 году мореплаватель Беллинсгаузен увидел берег неизвестного материка.",
    "The old stone bridge was built in 1889 by engineers from Kazan.",
    "The first railway station was opened in 1837 near Petersburg.",
    "The city theatre was rebuilt in 1901 after a fire near Samara.",
    "The long tunnel was finished in 1913 by workers from Ryazan.",
)


def stored(
    text: str, passage_id: int = 1, *, title: str = "", posted_at: datetime | None = None
) -> StoredPassage:
    return StoredPassage(
        passage_id=PassageId(passage_id), library_id=LibraryId("owner"), text=text, title=title,
        lemmas="", sentences=tuple(sentence_spans(text)), posted_at=posted_at,
        sources=(PassageSource(source=str(passage_id), url=None, title=title),),
    )  # fmt: skip


LIBRARY = [stored(text, number) for number, text in enumerate(TEXTS, 1)]


def asked(sentence: str, answer: str) -> str:
    """Say what is asked for ``answer`` in a sentence."""
    found = {cloze.answer: cloze for cloze in clozes(stored(sentence), LEMMATIZER)}
    return worded(found[answer]).text


@pytest.mark.parametrize(
    ("sentence", "answer", "question"),
    [
        ("Варите бульон 40 минут на слабом огне.", "40",
         "Сколько минут варить бульон на слабом огне?"),
        ("Через 3 часа тесто увеличится вдвое в тепле.", "3",
         "Через сколько часов тесто увеличится вдвое в тепле?"),
        ("Завод в 1871 году выпустил первый паровоз страны.", "1871",
         "В каком году завод выпустил первый паровоз страны?"),
        ("Пельмени — это изделия из теста с мясным фаршем.", "Пельмени",
         "Как называются изделия из теста с мясным фаршем?"),
        ("Дмитрий Менделеев открыл периодический закон элементов.", "Дмитрий Менделеев",
         "Кто открыл периодический закон элементов?"),
        ("Москва Сити выросла на берегу большой реки.", "Москва Сити",
         "Что выросло на берегу большой реки?"),
        ("The old stone bridge was built in 1889 over a river.", "1889",
         "The old stone bridge was built in which year over a river?"),
        ("In 1889 engineers built a bridge over the river.", "1889",
         "Engineers built a bridge over the river in which year?"),
        ("The museum shows 120 paintings of northern painters.", "120",
         "The museum shows how many paintings of northern painters?"),
        ("Ada Lovelace wrote the first published program.", "Ada Lovelace",
         "Who or what wrote the first published program?"),
    ],
)  # fmt: skip
def test_what_is_masked_is_asked_for_where_the_grammar_is_sure(
    sentence: str, answer: str, question: str
) -> None:
    assert asked(sentence, answer) == question


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("Если мясо жёсткое, варите бульон 40 минут.", "40"),
        ("Возьмите 200 граммов муки, яйцо и щепотку соли.", "200"),
        ("Доведите бульон для супа до 90 градусов.", "90"),
        ("Повара из города Казани варят лучшую уху.", "Казани"),
    ],
)
def test_otherwise_the_sentence_keeps_its_gap(sentence: str, answer: str) -> None:
    assert asked(sentence, answer) == sentence.replace(answer, "…")


@pytest.mark.parametrize(
    "sentence",
    [
        "Он выпустил первый паровоз в 1871 году.",
        "В 1990 году она получила большую премию.",
        "Это варят 40 минут на слабом огне без крышки.",
        "Подробности на https://example.org/2024 и в канале.",
        "Смотрите @samovar_news за 15 минут до начала.",
        "Сколько минут варить щи из 700 граммов капусты?",
        "Щи 1, борщ 2, уха 3, солянка 4, окрошка 5.",
        "варите бульон 40 минут на самом слабом огне.",
        "Коротко: 5 минут.",
    ],
)
def test_sentences_that_lean_on_others_or_list_things_are_left_out(sentence: str) -> None:
    assert not stands_alone(sentence)


def test_days_clocks_ranges_and_the_year_of_posting_are_not_asked_for() -> None:
    dull = [
        "Наша встреча любителей супа прошла 15 марта в парке.",
        "Наша встреча любителей супа начнётся завтра в 18:30 в парке.",
        "Варите густой говяжий бульон 40-50 минут на огне.",
        "Летом 2024 выставка супов открылась в старом парке.",
    ]
    posted = datetime(2024, 7, 1, tzinfo=UTC)
    library = [stored(text, number, posted_at=posted) for number, text in enumerate(dull, 100)]
    made = questions_from([*LIBRARY, *library], LEMMATIZER, seed=1, limit=99, a_passage=9)
    assert {one.kind for one in made if one.passage_id >= 100} <= {AnswerKind.NAME}


def test_the_title_is_not_shown_when_it_gives_the_answer_away() -> None:
    library = [*LIBRARY[1:], stored(TEXTS[0], 1, title="Как варить рассольник")]
    made = questions_from(library, LEMMATIZER, seed=1, limit=99, a_passage=9)
    topics = {one.answer: one.topic for one in made if one.passage_id == PassageId(1)}
    assert topics["Рассольник"] == ""
    assert topics["90"] == "Как варить рассольник"


def test_wrong_options_are_of_the_same_kind_and_not_said_by_the_passage() -> None:
    made = questions_from(LIBRARY, LEMMATIZER, seed=3, limit=99, a_passage=9)
    texts = {PassageId(number): text for number, text in enumerate(TEXTS, 1)}
    years = [one for one in made if one.answer in {"1889", "1837", "1871"}]
    assert len(years) == 3
    assert all(abs(int(o) - int(one.answer)) <= 60 for one in years for o in one.options)
    for one in made:
        others = [option for option in one.options if option != one.answer]
        assert not [option for option in others if option in texts[one.passage_id]]
    (soup,) = [one for one in made if one.answer == "Рассольник"]
    assert set(soup.options) == {"Рассольник", "Уха", "Винегрет", "Пельмени"}


def test_the_same_seed_makes_the_same_questions_in_whatever_order_passages_come() -> None:
    shuffled = list(LIBRARY)
    random.Random(5).shuffle(shuffled)
    first = questions_from(LIBRARY, LEMMATIZER, seed=7, limit=8)
    assert first == questions_from(shuffled, LEMMATIZER, seed=7, limit=8)
    assert first != questions_from(LIBRARY, LEMMATIZER, seed=8, limit=8)


def test_an_empty_library_and_one_without_anything_to_mask_make_none() -> None:
    assert questions_from([], LEMMATIZER, seed=1, limit=5) == []
    plain = [stored("Суп варят долго и вкусно едят горячим.", 1), stored("", 2)]
    assert questions_from(plain, LEMMATIZER, seed=1, limit=5) == []


PIECES = st.lists(
    st.sampled_from(
        [*TEXTS, "«Яндекс»", "Он", "12,5 %", "3", "1 000", "😀", "в 2020 году", ". ", "\n", "—",
         "Санкт-Петербург", "слово " * 60, "“Q”", "(", "http://a.b/c", "سال ۱۴۰۰", "Т" * 120, "007"]
    ),
    max_size=8,
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(PIECES, min_size=1, max_size=6), st.integers(0, 99))
def test_every_question_is_one_that_telegram_takes(
    pieces: Sequence[Sequence[str]], seed: int
) -> None:
    texts = [" ".join(some) for some in pieces]
    library = [*LIBRARY, *(stored(text, number) for number, text in enumerate(texts, 50))]
    made = questions_from(library, LEMMATIZER, seed=seed, limit=12, a_passage=2)
    assert len(made) <= 12
    for one in made:
        _is_sound(one)


def _is_sound(one: LibraryQuestion) -> None:
    assert 1 <= units(one.text) <= LONGEST_QUESTION
    assert 2 <= len(one.options) <= 12
    assert all(1 <= units(option.strip()) <= LONGEST_OPTION for option in one.options)
    assert len({" ".join(option.casefold().split()) for option in one.options}) == len(one.options)
    assert one.options.count(one.answer) == 1
    assert one.answer in one.sentence
    assert one.answer not in one.topic


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**7), st.sampled_from(["", ".5", ",25", "%"]), st.integers(0, 50))
def test_numbers_get_numbers_of_the_same_shape(value: int, tail: str, seed: int) -> None:
    answer = f"{value}{tail}"
    passage = stored(f"На складе большого завода лежит {answer} тонн зерна.")
    made = questions_from([passage], LEMMATIZER, seed=seed, limit=1)
    for one in made:
        assert one.answer == answer
        assert all(option.endswith("%") == (tail == "%") for option in one.options)
        decimals = {len(option.replace(",", ".").partition(".")[2]) for option in one.options}
        assert len(decimals) == 1


def test_a_gap_that_is_said_twice_makes_no_question() -> None:
    twice = "Жители Казани любят уху, а повара Казань хвалят за пироги."
    made = questions_from([*LIBRARY, stored(twice, 70)], LEMMATIZER, seed=1, limit=99, a_passage=9)
    assert not [one for one in made if one.passage_id == PassageId(70)]


def test_the_wording_of_a_foreign_sentence_is_its_gap() -> None:
    cloze = Cloze(
        text="این کتاب در … نوشته شد.", answer="۱۴۰۰", kind=AnswerKind.NUMBER,
        passage_id=PassageId(1), sentence=0,
    )  # fmt: skip
    assert worded(cloze).text == cloze.text
