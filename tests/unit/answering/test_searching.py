from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from services.answering.models import SearchQuery
from services.answering.retrieval import HybridRetriever
from services.answering.searching import Searched, search_libraries
from services.knowledge.models import DayRange, LibraryId, StoredPassage
from tests.fakes.answering import FakeLibrary
from tests.unit.answering.evidence_builder import LEMMATIZER, passage

OWNER = LibraryId("owner")
MARCH = DayRange(date(2026, 3, 1), date(2026, 3, 31))


def unit(*at: int) -> NDArray[np.float32]:
    vector = np.zeros(8, dtype=np.float32)
    vector[list(at)] = 1.0
    return vector / np.float32(np.linalg.norm(vector))


def posted(number: int, text: str, day: datetime, vector: NDArray[np.float32]) -> StoredPassage:
    return replace(
        passage(number, text).passage, posted_at=day, vector=vector, sentence_vectors=vector[None]
    )


IN_MARCH, IN_MAY = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 5, 5, tzinfo=UTC)
LIBRARY = (
    posted(1, "Щи варят из капусты.", IN_MARCH, unit(0, 1)),
    posted(2, "Щи варят из щавеля.", IN_MAY, unit(0, 1)),
    posted(3, "Капусту солят.", IN_MARCH, unit(0, 2)),
    posted(4, "Поезд ушёл.", IN_MARCH, unit(7)),
)


async def search(query: SearchQuery) -> Searched:
    library = FakeLibrary(LIBRARY)
    return await search_libraries(
        HybridRetriever(index=library, store=library), [OWNER], query,
        lemmas=LEMMATIZER.content_lemmas(query.text), vector=unit(0, 1),
    )  # fmt: skip


def ids(searched: Searched) -> list[int]:
    return [int(candidate.passage.passage_id) for candidate in searched.candidates]


async def test_only_what_was_posted_on_the_days_is_found() -> None:
    searched = await search(SearchQuery(text="щи", posted=MARCH))
    assert set(ids(searched)) == {1, 3, 4}
    assert ids(searched)[0] == 1
    assert not searched.query.undated


async def test_days_without_posts_limit_nothing_and_that_is_told() -> None:
    never = DayRange(date(2020, 1, 1), date(2020, 1, 2))
    searched = await search(SearchQuery(text="щи", posted=never))
    assert set(ids(searched)) == {1, 2, 3, 4}
    assert searched.query.undated


async def test_nothing_but_days_gives_what_most_was_about() -> None:
    searched = await search(SearchQuery(text="что писали в марте?", posted=MARCH, whole_days=True))
    assert set(ids(searched)) == {1, 3, 4}
    assert ids(searched)[-1] == 4
    assert searched.lemmas == ()


async def test_nothing_but_days_of_silence_finds_nothing() -> None:
    never = DayRange(date(2020, 1, 1), date(2020, 1, 2))
    searched = await search(SearchQuery(text="что писали?", posted=never, whole_days=True))
    assert (ids(searched), searched.query.undated) == ([], True)
