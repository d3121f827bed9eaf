from collections.abc import Collection
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.answering.recovering import QueryRecovery
from services.keyboards import in_cyrillic, in_other_layout, one_slip_away
from services.knowledge.models import LibraryId
from tests.unit.answering.evidence_builder import LEMMATIZER

OWNER = LibraryId("owner")
TEXT = (
    "Как сварить щи из капусты? Щи варят на бульоне, кладут картофель и подают со сметаной. "
    "Рыба для ухи нужна свежая. Самовар ставят на стол. How to cook cabbage soup with potatoes. "
    "Docker запускает контейнер. Соль кладут в конце. Пельмени лепят из теста. Шварценеггер."
)


@dataclass
class Words:
    """A vocabulary of one text, or of none."""

    text: str = TEXT
    asked: int = 0

    async def known_terms(self, library_id: LibraryId, terms: Collection[str]) -> frozenset[str]:
        assert library_id == OWNER
        self.asked += 1
        return frozenset(LEMMATIZER.content_lemmas(self.text)) & frozenset(terms)


async def recovered(text: str, library: str = TEXT) -> str:
    recovery = QueryRecovery(vocabulary=Words(library), lemmatizer=LEMMATIZER)
    return await recovery.recovered(text, [OWNER])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rfr cdfhbnm ob bp rfgecns?", "как сварить щи из капусты?"),
        ("rfr cdfhbnm ob&", "как сварить щи?"),
        ("rfrfz hs,f lkz e[b", "какая рыба для ухи"),
        ("рщц ещ сщщл сфиифпу ыщгз?", "how to cook cabbage soup?"),
        ("kak svarit shchi?", "как сварить щи?"),
        ("kuda klast sol v shchi", "куда класть соль в щи"),
        ("как сварить капусут?", "как сварить капусту?"),
        ("как варить катофель в бульёне", "как варить картофель в бульоне"),
        ("how to cook potatos and cabage", "how to cook potatos and cabbage"),
        ("как запустить ljcker в docker?", "как запустить ljcker в docker?"),
        ("как поставить cfvjdfh на стол", "как поставить самовар на стол"),
        ("сметaна к щам", "сметана к щам"),
        ("фильм про Шварценегер", "фильм про шварценеггер"),
    ],
)
async def test_what_was_meant_is_read(typed: str, meant: str) -> None:
    assert await recovered(typed) == meant


@pytest.mark.parametrize(
    "clear",
    [
        "Как сварить щи из капусты?", "как сварить борщ из свёклы?", "Сколько стоит самолёт?",
        "how do I fix a bicycle?", "что такое kubernetes?", "What is Docker?", "щи", "🙂", "?!",
        "https://example.org/a?b=c", "ghbdtn", "рецепт №5 на 2024 год", "a" * 400,
    ],
)  # fmt: skip
async def test_a_clear_question_stays_as_it_is(clear: str) -> None:
    assert await recovered(clear) == clear


async def test_a_word_of_the_dictionary_is_no_slip() -> None:
    assert await recovered("Где живёт сова?", "Сода нужна для теста.") == "Где живёт сова?"


async def test_a_word_that_a_library_has_in_both_alphabets_goes_with_the_others() -> None:
    both = f"{TEXT} Shchi is a soup."
    assert await recovered("kak svarit shchi?", both) == "как сварить щи?"
    assert await recovered("рецепт shchi", both) == "рецепт shchi"


async def test_a_word_of_an_english_question_does_not_become_a_russian_one() -> None:
    library = f"{TEXT} Пост держат долго."
    assert await recovered("where is the post office?", library) == "where is the post office?"
    assert await recovered("сколько держать post", library) == "сколько держать пост"


async def test_known_words_are_asked_for_once() -> None:
    words = Words()
    recovery = QueryRecovery(vocabulary=words, lemmatizer=LEMMATIZER)
    assert await recovery.recovered("Как варить щи?", [OWNER]) == "Как варить щи?"
    assert words.asked == 1


async def test_an_empty_library_changes_nothing() -> None:
    assert await recovered("как сварить капусут?", "") == "как сварить капусут?"


@settings(deadline=None)
@given(st.text(max_size=40))
async def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(await recovered(text), str)


@given(st.text(alphabet="qwertyuiopasdfghjklzxcvbnm", min_size=1, max_size=12))
def test_the_other_layout_is_there_and_back(word: str) -> None:
    assert word in in_other_layout(in_other_layout(word)[0])


@settings(deadline=None)
@given(st.text(alphabet="абвгдежз", min_size=2, max_size=8))
def test_a_slip_can_be_undone(word: str) -> None:
    assert all(word in set(one_slip_away(slip)) for slip in list(one_slip_away(word))[::40])


def test_spellings_are_bounded() -> None:
    assert len(in_cyrillic("yyyeyeyeyiiiaiaiaciciycyc" * 20)) <= 96
