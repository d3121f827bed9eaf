"""Documents, passages, vectors and the index: one suite over SQLite and PostgreSQL."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.search.dense import DenseReader
from services.adapters.search.files import build_dir, library_dir, read_meta
from services.adapters.sql.engine import create_sessions
from services.adapters.sql.knowledge_people import SqlLibraryPeople
from services.errors import DeadlineError, InvalidInputError
from services.knowledge.models import AudienceKind, LibraryId
from tests.support.library import LIBRARY, OpenBase, open_base, post, vector_of

pytestmark = pytest.mark.services

SOUP = "Щи варят из капусты один час на слабом огне."
TEA = "Чай заваривают крутым кипятком и ждут пять минут."
BREAD = "Хлеб пекут в печи, пока корка не станет золотой."
MIXED = "К щам подают хлеб, а капусту солят на зиму."
LONG = " ".join(
    f"В рассказе номер {word} повар долго говорит о том, как {word} меняет вкус супа." for word in
    ("укроп", "перец", "лавр", "тмин", "чеснок", "сельдерей", "имбирь", "хрен", "мята", "шалфей")
)  # fmt: skip


@pytest.fixture
async def base(sql_engine: AsyncEngine, data_dir: Path) -> AsyncIterator[OpenBase]:
    async with open_base(create_sessions(sql_engine), data_dir / "indexes") as opened:
        await opened.make()
        yield opened


async def test_an_index_of_an_older_layout_is_built_anew(base: OpenBase) -> None:
    await base.take(post(1, SOUP))
    hits = await base.hits("щи")
    meta_file = library_dir(base.root, LIBRARY) / "meta.json"
    meta = json.loads(meta_file.read_bytes())
    meta_file.write_text(json.dumps({**meta, "format": 1}))
    assert read_meta(meta_file.parent) is None
    assert await base.hits("щи") == hits
    built = read_meta(meta_file.parent)
    assert built is not None


async def test_a_passage_comes_with_its_vectors_sentences_and_address(base: OpenBase) -> None:
    await base.take(post(7, f"{SOUP} {TEA}"))
    await base.embed()
    (found,) = await base.found("щи")
    (passage,) = await base.passages.passages([found.passage_id], with_vectors=True)
    assert [passage.text[start:end] for start, end in passage.sentences] == [SOUP, TEA]
    assert passage.sources[0].url == "https://t.me/c/1/7"
    assert passage.vector is not None
    assert passage.sentence_vectors is not None
    assert np.allclose(passage.vector, vector_of(passage.text), atol=1e-3)
    assert np.allclose(passage.sentence_vectors[1], vector_of(TEA), atol=1e-3)


async def test_a_second_ingest_changes_and_embeds_nothing(base: OpenBase) -> None:
    first = await base.take(post(1, SOUP), post(2, TEA))
    await base.embed()
    before, asked = await base.feed.state(LIBRARY), len(base.embedder.texts)
    second = await base.take(post(1, SOUP), post(2, TEA))
    await base.embed()
    assert (first.documents, first.unchanged) == (2, 0)
    assert (second.documents, second.unchanged, second.passages) == (2, 2, first.passages)
    assert (await base.feed.state(LIBRARY), len(base.embedder.texts)) == (before, asked)


async def test_embedding_tells_how_far_it_is_and_goes_on_after_an_outage(base: OpenBase) -> None:
    dishes = ("щи", "борщ", "уха", "плов", "каша", "блины", "кисель", "квас", "сырники", "хлеб")
    await base.take(*(post(n, f"Рецепт, где {dish} главное.") for n, dish in enumerate(dishes)))
    base.embedder.down_after = 8  # four passages with a sentence each
    with pytest.raises(DeadlineError):
        await base.embed()
    base.embedder.down_after = None
    told = await base.embed()
    assert [(one.done, one.left) for one in told] == [(0, 6), (4, 2), (6, 0)]
    assert told[0].seconds_left is None
    assert (told[1].seconds_left or 0) > 0 == told[2].seconds_left
    assert len(base.embedder.texts) == 2 * len(dishes)


async def test_a_new_address_costs_no_new_passages(base: OpenBase) -> None:
    await base.take(post(1, SOUP))
    (before,) = await base.found("щи")
    document = post(1, SOUP)
    moved = type(document)(
        source=document.source, title="Кухня", url="https://t.me/kitchen/1",
        blocks=document.blocks, export=document.export, order_key=1,
    )  # fmt: skip
    await base.take(moved)
    (after,) = await base.found("щи")
    assert after.passage_id == before.passage_id
    assert (after.title, after.sources[0].url) == ("Кухня", "https://t.me/kitchen/1")


async def test_deletions_stay_within_the_span_of_the_export(base: OpenBase) -> None:
    texts = {n: f"Запись {'абвгдежзик'[n]} рассказывает о блюде." for n in range(1, 10)}
    await base.take(*(post(n, text) for n, text in texts.items()))
    # The second export covers 3 to 7 and no longer has 5.
    again = [post(n, texts[n]) for n in (3, 4, 6, 7)]
    report = await base.take(*again, span=(3, 7), agree=False)
    assert (report.deleted, len(report.skipped)) == (0, 1)  # 1 of 9 is more than 10%
    report = await base.take(*again, span=(3, 7))
    assert report.deleted == 1
    left = {source for (source, *_) in await base.sources("запись")}
    assert left == {f"telegram:1#{n}" for n in texts if n != 5}


async def test_a_repeated_text_is_indexed_once_with_all_its_sources(base: OpenBase) -> None:
    digest = f"{LONG}\n{LONG.replace('повар', 'пекарь')}\n{SOUP}"
    await base.take(post(1, LONG), post(2, LONG + " 🔥"), post(3, digest))
    sources = await base.sources("повар")
    assert len(sources) == 1
    assert sorted(sources[0]) == ["telegram:1#1", "telegram:1#2", "telegram:1#3"]


async def test_a_forgotten_library_is_gone_from_search_sql_and_disk(base: OpenBase) -> None:
    await base.take(post(1, SOUP))
    await base.embed()
    (found,) = await base.found("щи")
    receipt = await base.forget.library(LIBRARY)
    assert receipt == {"documents": 1, "passages": 1, "libraries": 1}
    assert not library_dir(base.root, LIBRARY).exists()
    assert await base.passages.passages([found.passage_id]) == []
    assert await base.hits("щи", SOUP) == []
    assert await base.forget.library(LIBRARY) == {}
    await base.make()
    await base.take(post(2, TEA))
    assert await base.hits("щи") == []
    assert [p.text for p in await base.found("чай")] == [TEA]


async def test_forgetting_a_document_leaves_no_trace_in_the_index(base: OpenBase) -> None:
    await base.take(post(1, SOUP), post(2, TEA))
    await base.embed()
    (soup,) = await base.found("щи")
    assert await base.forget.sources(LIBRARY, ["telegram:1#1"]) == {"documents": 1}
    directory = library_dir(base.root, LIBRARY)
    meta = read_meta(directory)
    assert meta is not None
    build = build_dir(directory, meta)
    assert [path.name for path in directory.glob("g*")] == [build.name]
    assert soup.passage_id not in DenseReader(build, meta.rows).ids()
    assert meta.rows == 1
    assert await base.hits("щи") == []
    assert [p.text for p in await base.found("чай")] == [TEA]


async def test_forgotten_words_stand_in_no_file_of_the_data_directory(
    base: OpenBase, data_dir: Path
) -> None:
    await base.take(post(1, f"{SOUP} Тайна: зюйдвестка."), post(2, f"{TEA} Тайна: бригантина."))
    await base.embed()
    assert len(await base.hits("тайна")) == 2
    await base.forget.sources(LIBRARY, ["telegram:1#1"])
    assert not holds(data_dir, "зюйдвестка")
    await base.forget.library(LIBRARY)
    assert not holds(data_dir, "бригантина")


def holds(folder: Path, word: str) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if word.encode() in path.read_bytes()]


@pytest.mark.parametrize("name", ["../etc", "", "Щи", "a" * 65, "a/b"])
async def test_a_name_that_is_no_directory_makes_no_library(base: OpenBase, name: str) -> None:
    with pytest.raises(InvalidInputError):
        await base.make(LibraryId(name))
    assert [lib.library_id for lib in await base.libraries.all()] == [LIBRARY]


async def test_audiences_are_kept_and_replaced(base: OpenBase) -> None:
    family, club = LibraryId("family"), LibraryId("club")
    await base.make(family)
    await base.make(club)
    await base.libraries.set_audience(family, AudienceKind.PEOPLE, people=[1, 2])
    await base.libraries.set_audience(club, AudienceKind.MEMBERS, chat_id=-100)
    assert [lib.library_id for lib in await base.libraries.readable(1)] == [club, family, LIBRARY]
    await base.libraries.set_audience(family, AudienceKind.PEOPLE, people=[2])
    assert [lib.library_id for lib in await base.libraries.readable(1)] == [club, LIBRARY]


async def test_a_person_can_be_taken_off_all_lists_of_readers(
    base: OpenBase, sql_engine: AsyncEngine
) -> None:
    people = SqlLibraryPeople(create_sessions(sql_engine))
    await base.libraries.set_audience(LIBRARY, AudienceKind.PEOPLE, people=[1, 2])
    assert await people.export(1) == {"reader_of": ["owner"]}
    assert await people.erase(1) == {"library_people": 1}
    assert await people.export(1) == {}
    assert await base.libraries.readable(1) == []
    assert [lib.library_id for lib in await base.libraries.readable(2)] == [LIBRARY]
