"""Searching a library: one suite over directories and Qdrant, each fed from either database.

Qdrant is the client's local mode, or a server where ``QDRANT_URL`` says so.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from qdrant_client import models
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.qdrant import server as qdrant_server
from services.adapters.qdrant.points import DENSE, DIMENSIONS, Applied, state_id
from services.adapters.qdrant.server import IN_MEMORY, QdrantServer, connect_qdrant
from services.adapters.sql.engine import create_sessions
from services.answering.retrieval import best_hits
from services.errors import NotFoundError, UnavailableError
from services.knowledge.demo_library import read_articles
from services.knowledge.models import BlockKind, DayRange, LibraryId
from tests.contracts.test_knowledge import BREAD, LONG, MIXED, SOUP, TEA
from tests.support.library import LIBRARY, OpenBase, open_base, post

pytestmark = pytest.mark.services


@pytest.fixture
async def qdrant() -> AsyncIterator[QdrantServer]:
    url = os.environ.get("QDRANT_URL") or IN_MEMORY
    async with connect_qdrant(url, collection=f"test-{uuid4().hex}") as server:
        await server.prepare()
        yield server
        await server.drop()


@pytest.fixture(params=["directory", "qdrant"])
async def base(
    sql_engine: AsyncEngine, data_dir: Path, qdrant: QdrantServer, request: pytest.FixtureRequest
) -> AsyncIterator[OpenBase]:
    where = qdrant if request.param == "qdrant" else None
    async with open_base(create_sessions(sql_engine), data_dir / "indexes", qdrant=where) as opened:
        await opened.make()
        yield opened


async def test_both_legs_are_joined_and_each_hit_has_both_scores(base: OpenBase) -> None:
    await base.take(post(1, SOUP), post(2, TEA), post(3, BREAD), post(4, MIXED))
    await base.embed()
    everything = {hit.passage_id: hit for hit in await base.hits("щи капуста", TEA)}
    assert len(everything) == 4
    # One from each leg: what the dense leg alone found has its BM25, and the other way round.
    few = await base.hits("щи капуста", TEA, limit=1)
    assert len(few) == 2
    for hit in few:
        whole = everything[hit.passage_id]
        assert hit.lexical == pytest.approx(whole.lexical)
        assert hit.dense == pytest.approx(whole.dense, abs=1e-4)
    lexical, dense = few
    assert lexical.lexical > 0 == dense.lexical
    assert dense.dense == pytest.approx(1.0, abs=1e-3)
    assert [p.text for p in await base.passages.passages([dense.passage_id])] == [TEA]


async def test_a_library_knows_the_words_of_its_own_passages(base: OpenBase) -> None:
    await base.take(post(1, SOUP), post(2, TEA))
    assert await base.index.known_terms(LIBRARY, ["капуста", "чай", "самолет"]) == {
        "капуста", "чай",
    }  # fmt: skip
    assert await base.index.known_terms(LibraryId("other"), ["капуста"]) == set()


async def test_words_are_found_before_there_are_vectors(base: OpenBase) -> None:
    await base.take(post(1, SOUP))
    (hit,) = await base.hits("капустой", SOUP)
    assert hit.dense is None
    await base.embed()
    (hit,) = await base.hits("капустой", SOUP)
    assert hit.dense == pytest.approx(1.0, abs=1e-3)


async def test_days_decide_what_is_found_in_both_legs(base: OpenBase) -> None:
    march, june = datetime(2024, 3, 31, 23, 59, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)
    await base.take(post(1, SOUP, at=march), post(2, MIXED, at=june), post(3, LONG))
    both = [SOUP, MIXED]

    async def found(first: date, last: date, near: str | None = None) -> list[str]:
        days = DayRange(first=first, last=last)
        hits = await base.hits("капуста вкус", near, posted=days)
        return sorted(p.text for p in await base.passages.passages([h.passage_id for h in hits]))

    for near in (None, TEA):  # by words alone, then by vectors too, in which all are near
        assert await found(date(2024, 3, 1), date(2024, 3, 31), near) == [SOUP]
        assert await found(date(2024, 4, 1), date(2024, 6, 1), near) == [MIXED]
        assert await found(date(2024, 3, 31), date(2024, 6, 1), near) == sorted(both)
        assert await found(date(2024, 4, 1), date(2024, 5, 31), near) == []
        await base.embed()
    whole = {hit.passage_id: hit for hit in await base.hits("капуста вкус", TEA)}
    assert len(whole) == 3
    days = DayRange(first=date(2024, 3, 1), last=date(2024, 3, 31))
    (hit,) = await base.hits("капуста вкус", TEA, posted=days)
    assert hit.lexical == pytest.approx(whole[hit.passage_id].lexical)
    assert hit.dense == pytest.approx(whole[hit.passage_id].dense, abs=1e-6)


async def test_a_post_whose_day_was_corrected_is_found_under_the_new_one(base: OpenBase) -> None:
    wrong, right = datetime(2024, 3, 5, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)
    march = DayRange(first=date(2024, 3, 1), last=date(2024, 3, 31))
    june = DayRange(first=date(2024, 6, 1), last=date(2024, 6, 30))
    await base.take(post(1, SOUP, at=wrong))
    await base.embed()
    assert len(await base.hits("щи", SOUP, posted=march)) == 1
    await base.take(replace(post(1, SOUP, at=right), title="Соус"))
    assert await base.hits("щи", SOUP, posted=march) == []
    (hit,) = await base.hits("щи", SOUP, posted=june)
    assert hit.dense == pytest.approx(1.0, abs=1e-3)
    assert [one.passage_id for one in await base.hits("щи", SOUP)] == [hit.passage_id]


async def test_an_edit_replaces_only_the_passages_it_touches(base: OpenBase) -> None:
    unchanged = [LONG.replace("повар", cook) for cook in ("повар", "пекарь", "кок", "шеф")]
    await base.take(post(1, "\n".join([*unchanged, SOUP])))
    await base.embed()
    cook, soup = (await base.found("повар"))[0], (await base.found("капуста"))[0]
    assert cook.passage_id != soup.passage_id
    asked = len(base.embedder.texts)
    await base.take(post(1, "\n".join([*unchanged, TEA])))
    await base.embed()
    assert (await base.found("повар"))[0].passage_id == cook.passage_id
    assert await base.found("капуста") == []
    assert (await base.found("чай"))[0].passage_id != soup.passage_id
    assert not any("пекарь" in text for text in base.embedder.texts[asked:])


async def test_a_text_that_the_encoder_refuses_is_found_by_its_words(base: OpenBase) -> None:
    await base.take(post(1, SOUP), post(2, TEA), post(3, BREAD))
    base.embedder.refuses = "Чай"
    await base.embed()
    dense = {hit.dense is None for hit in await base.hits("щи хлеб", SOUP)}
    assert dense == {False}
    (tea,) = [hit for hit in await base.hits("чай", SOUP) if hit.lexical]
    assert tea.dense is None
    assert (await base.passages.backlog(LIBRARY)).passages == 0


async def test_a_repeat_comes_into_its_own_when_the_original_goes(base: OpenBase) -> None:
    await base.take(post(1, LONG), post(2, LONG), post(3, LONG))
    assert await base.sources("повар") == [["telegram:1#1", "telegram:1#2", "telegram:1#3"]]
    known = await base.documents.known(LIBRARY, ["telegram:1#1"])
    await base.documents.delete(LIBRARY, [known["telegram:1#1"].document_id])
    assert await base.sources("повар") == [["telegram:1#2", "telegram:1#3"]]
    await base.take(post(2, TEA))
    assert await base.sources("повар") == [["telegram:1#3"]]
    await base.take(post(2, LONG))
    assert sorted((await base.sources("повар"))[0]) == ["telegram:1#2", "telegram:1#3"]


async def test_a_tombstone_filters_before_anything_is_removed(base: OpenBase) -> None:
    await base.take(post(1, SOUP))
    (found,) = await base.found("щи")
    assert await base.libraries.bury(LIBRARY, base.forget.clock.now())
    assert await base.hits("щи") == []
    assert await base.passages.passages([found.passage_id]) == []
    with pytest.raises(NotFoundError):
        await base.take(post(2, TEA))


async def test_libraries_do_not_see_each_other(base: OpenBase) -> None:
    other = LibraryId("chat-1")
    await base.make(other)
    await base.take(post(1, SOUP))
    await base.take(post(1, TEA), library_id=other)
    assert await base.hits("чай") == []
    assert [p.text for p in await base.found("чай", library_id=other)] == [TEA]
    assert await base.hits("чай", library_id=LibraryId("nobody")) == []


async def test_forgetting_leaves_nothing_that_could_be_found(base: OpenBase) -> None:
    other = LibraryId("chat-1")
    await base.make(other)
    await base.take(post(1, SOUP), post(2, TEA))
    await base.take(post(1, SOUP), library_id=other)
    await base.embed()
    assert len(await base.hits("щи", SOUP)) == 2
    assert await base.forget.sources(LIBRARY, ["telegram:1#1"]) == {"documents": 1}
    assert [p.text for p in await base.found("чай щи")] == [TEA]
    await base.forget.library(LIBRARY)
    assert await base.hits("чай", TEA) == []
    assert len(await base.hits("щи", library_id=other)) == 1
    await base.make()
    assert await base.hits("чай", TEA) == []
    await base.take(post(3, BREAD))
    assert [p.text for p in await base.found("хлеб чай")] == [BREAD]


async def test_each_library_counts_how_rare_a_word_is_for_itself(base: OpenBase) -> None:
    await base.take(post(1, SOUP), post(2, TEA), post(3, BREAD))
    before = (await base.hits("щи"))[0].lexical
    other = LibraryId("chat-1")
    await base.make(other)
    for number, what in enumerate(("капусты", "свёклы", "рыбы", "крапивы", "щавеля")):
        await base.take(post(number, f"Щи варят из {what} по вторникам."), library_id=other)
    assert len(await base.hits("щи", library_id=other)) == 5
    assert (await base.hits("щи"))[0].lexical == pytest.approx(before)


async def test_both_indexes_find_the_same_in_the_same_order(
    sql_engine: AsyncEngine, data_dir: Path, qdrant: QdrantServer
) -> None:
    sessions, root = create_sessions(sql_engine), data_dir / "indexes"
    articles = [a for a in read_articles().documents if a.source.endswith(".ru.md")]
    questions = [
        block.text for article in articles[:20] for block in article.blocks
        if block.kind is BlockKind.HEADING
    ]  # fmt: skip
    async with (
        open_base(sessions, root) as first,
        open_base(sessions, root, qdrant=qdrant) as second,
    ):
        await first.make()
        await first.take(*articles)
        await first.embed()
        same = asked = first_too = 0
        for question in questions:
            ours = await first.hits(question, question)
            theirs = await second.hits(question, question)
            top, other = ([h.passage_id for h in best_hits(hits, limit=20)]
                          for hits in (ours, theirs))  # fmt: skip
            same, asked = same + len(set(top) & set(other)), asked + len(top)
            first_too += top[0] == other[0]
    assert asked > 20 * 20
    assert first_too / len(questions) >= 0.9
    assert same / asked >= 0.97


async def test_a_qdrant_that_is_down_is_one_sentence(
    sql_engine: AsyncEngine, data_dir: Path
) -> None:
    async with connect_qdrant("http://127.0.0.1:9", deadline_s=2) as nowhere:
        with pytest.raises(UnavailableError, match="Qdrant does not answer"):
            await nowhere.prepare()
        sessions = create_sessions(sql_engine)
        async with open_base(sessions, data_dir / "indexes", qdrant=nowhere) as base:
            await base.make()
            with pytest.raises(UnavailableError) as caught:
                await base.hits("щи")
    assert caught.value.dependency == "qdrant"


async def test_another_applier_goes_on_where_one_ended(
    sql_engine: AsyncEngine, data_dir: Path, qdrant: QdrantServer
) -> None:
    sessions, root = create_sessions(sql_engine), data_dir / "indexes"
    async with open_base(sessions, root, qdrant=qdrant) as one:
        await one.make()
        await one.take(post(1, SOUP), post(2, TEA))
        assert len(await one.hits("щи чай")) == 2
        applied = await qdrant.applied(LIBRARY)
    assert applied is not None
    assert applied.applied == applied.built > 0
    # What another lost or left over is put right with the next change.
    await qdrant.remove(LIBRARY, [1])
    async with open_base(sessions, root, qdrant=qdrant) as two:
        await two.take(post(3, BREAD))
        assert len(await two.hits("щи чай хлеб")) == 3


async def test_qdrant_knows_more_libraries_than_one_portion(
    qdrant: QdrantServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qdrant_server, "_PORTION", 2)
    monkeypatch.setattr(qdrant_server, "_AT_ONCE", 2)
    names = [LibraryId(f"chat-{number}") for number in range(5)]
    for name in names:
        await qdrant.write_applied(Applied(state_of=name, incarnation="a", applied=1, built=1))
    assert {each.state_of for each in await qdrant.all_applied()} == set(names)
    request = models.QueryRequest(query=[1.0] * DIMENSIONS, using=DENSE, limit=1)
    assert len(await qdrant.query([request] * 5)) == 5


async def test_a_note_of_another_version_in_qdrant_is_applied_anew(qdrant: QdrantServer) -> None:
    note = models.PointStruct(id=state_id(LIBRARY), vector={}, payload={"state_of": LIBRARY})
    await qdrant.put([note])
    assert await qdrant.applied(LIBRARY) == Applied(
        state_of=LIBRARY, incarnation="", applied=-1, built=-1
    )
