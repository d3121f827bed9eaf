"""Memories, sanctions and the forget-list over every database, and the list beside them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.forgetting.forget_list import KeptForgetList, RedisFollowed, person_key
from services.adapters.redis.keys import ForgottenKey
from services.adapters.sql.engine import create_sessions
from services.adapters.sql.forgotten import SqlFollowed
from services.adapters.sql.memory import SqlMemoryStore
from services.adapters.sql.people import SqlPeopleStore
from services.adapters.sql.sanctions import SqlSanctions
from services.inference.models import EmbedRole, Priority
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.memory.models import Memory, Origin, Place
from services.memory.noticing import notice
from services.memory.remembering import Memories, Outcome
from services.people.forgotten import ForgetAgain, ForgetRecord, Hashing, Store
from services.people.models import Person
from services.people.people import People, ProfileData
from services.people.personal_data import ForgetPerson, SanctionData
from services.people.sanctions import Sanction
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.services

_BIG = 7_000_000_001
_PRIVATE = Place(user_id=_BIG, chat_id=_BIG)
_GROUP = Place(user_id=_BIG, chat_id=-100_500)
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class _Vectors:
    """Gives every text one vector."""

    async def embed(
        self, texts: Sequence[str], *, role: EmbedRole, priority: Priority = Priority.HIGH,
        deadline_s: float = 30.0,
    ) -> NDArray[np.float32]:  # fmt: skip
        assert role is EmbedRole.PASSAGE
        return np.tile(np.eye(1, 384, dtype=np.float32), (len(texts), 1))


class _Inline:
    """A nursery that keeps what it was given, for the test to run."""

    def __init__(self) -> None:
        self.started: list[Any] = []

    def start(self, work: Any, *, name: str) -> None:  # noqa: ANN401 - a coroutine
        self.started.append(work)

    async def close(self) -> None:
        for work in self.started:
            await work
        self.started.clear()


@pytest.fixture
def store(sql_engine: AsyncEngine) -> SqlMemoryStore:
    return SqlMemoryStore(create_sessions(sql_engine))


@pytest.fixture
async def nursery() -> Any:  # noqa: ANN401 - a generator of one
    nursery = _Inline()
    yield nursery
    await nursery.close()


@pytest.fixture
def memories(store: SqlMemoryStore, nursery: _Inline) -> Memories:
    return Memories(
        store=store, lemmatizer=MorphologicalLemmatizer(), embedder=_Vectors(), clock=FakeClock(),
        nursery=nursery, most=3,
    )  # fmt: skip


async def test_a_memory_is_kept_embedded_changed_and_erased(
    memories: Memories, nursery: _Inline
) -> None:
    done = await memories.remember(_PRIVATE, "я живу в Казани")
    assert done.memory is not None
    assert (done.outcome, done.memory.text, done.memory.slot) == (
        Outcome.KEPT, "Я живу в Казани", "home",
    )  # fmt: skip
    await nursery.close()
    (known,) = await memories.known(_PRIVATE)
    assert known.vector is not None
    assert float(known.vector[0]) == pytest.approx(1)
    changed = await memories.edit(_BIG, known.memory_id, "Я живу в Омске")
    assert changed.memory is not None
    assert (changed.memory.text, changed.memory.vector) == ("Я живу в Омске", None)
    assert not await memories.take_back(8, known.memory_id), "not by somebody else"
    assert (await memories.edit(8, known.memory_id, "x")).outcome is Outcome.GONE
    assert await memories.take_back(_BIG, known.memory_id)
    assert await memories.known_everywhere(_BIG) == []


async def test_repeats_are_one_and_the_newer_of_two_that_contradict_stays(
    memories: Memories,
) -> None:
    await memories.remember(_PRIVATE, "Я живу в Казани")
    assert (await memories.remember(_PRIVATE, "я живу в  казани!")).outcome is Outcome.KNOWN
    (fact,) = notice("Теперь я живу в Уфе")
    moved = await memories.remember_fact(_PRIVATE, fact)
    assert (moved.outcome, moved.before[0].text) == (Outcome.REPLACED, "Я живу в Казани")
    await memories.remember(_PRIVATE, "Код домофона 12")
    assert (await memories.remember(_PRIVATE, "код домофона 34")).outcome is Outcome.REPLACED
    texts = [memory.text for memory in await memories.known(_PRIVATE)]
    assert sorted(texts) == ["Код домофона 34", "Я живу в Уфе"]


async def test_there_are_bounds_and_secrets_are_refused(memories: Memories) -> None:
    for text in ("У меня кот", "У меня собака", "Мне 35 лет"):
        assert (await memories.remember(_PRIVATE, text)).outcome is Outcome.KEPT
    assert (await memories.remember(_PRIVATE, "Я врач")).outcome is Outcome.FULL
    assert (await memories.remember(_PRIVATE, "Мне 36 лет")).outcome is Outcome.REPLACED
    assert (await memories.remember(_PRIVATE, "мой пароль 123")).outcome is Outcome.SECRET
    assert (await memories.remember(_PRIVATE, "а" * 301)).outcome is Outcome.TOO_LONG
    assert len(await memories.known(_PRIVATE)) == 3


async def test_places_are_apart_and_groups_are_off_until_switched_on(memories: Memories) -> None:
    await memories.remember(_PRIVATE, "Я живу в Казани")
    assert (await memories.remember(_GROUP, "Я живу в Уфе")).outcome is Outcome.OFF
    assert (await memories.recall(_GROUP, "Какая погода в Казани?")).memories == ()
    await memories.switch_group(_GROUP.chat_id, on=True)
    assert (await memories.recall(_GROUP, "Какая погода в Казани?")).memories == ()
    assert (await memories.remember(_GROUP, "Я живу в Уфе")).outcome is Outcome.KEPT
    other = Place(user_id=8, chat_id=_GROUP.chat_id)
    assert await memories.answer(other, "Где я живу?") == []
    assert [m.text for m in await memories.answer(_GROUP, "Где я живу?")] == ["Я живу в Уфе"]
    await memories.switch(_PRIVATE, on=False)
    assert await memories.answer(_PRIVATE, "Где я живу?") == []


async def test_memories_and_choices_follow_a_group_that_became_a_supergroup(
    memories: Memories,
) -> None:
    there = Place(user_id=_BIG, chat_id=-1_000_000_100_500)
    await memories.switch_group(_GROUP.chat_id, on=True)
    await memories.remember(_GROUP, "я люблю щи")
    await memories.remember(_PRIVATE, "я люблю чай")
    for _ in range(2):
        await memories.move(_GROUP.chat_id, there.chat_id)
    assert [memory.text for memory in await memories.known(there)] == ["Я люблю щи"]
    assert await memories.is_on(there)
    assert not await memories.is_on_in_group(_GROUP.chat_id)
    assert len(await memories.known(_PRIVATE)) == 1


async def test_what_was_long_of_no_use_is_purged(store: SqlMemoryStore) -> None:
    for days in (400, 1):
        at = _NOW - timedelta(days=days)
        await store.add(
            Memory(
                place=_PRIVATE, text=f"{days}", slot=None, origin=Origin.ASKED, written_at=at,
                used_at=at,
            )
        )  # fmt: skip
    assert await store.purge(_NOW - timedelta(days=365)) == 1
    assert [memory.text for memory in await store.at(_PRIVATE)] == ["1"]


async def test_all_of_it_is_exported_and_erased(memories: Memories, store: SqlMemoryStore) -> None:
    await memories.remember(_PRIVATE, "Я живу в Казани")
    await memories.switch(_GROUP, on=False)
    exported = await store.export(_BIG)
    assert "Я живу в Казани" in str(exported)
    assert "switches" in exported
    assert await store.erase(_BIG) == {"memories": 1, "memory_switches": 1}
    assert await store.export(_BIG) == {}


async def test_sanctions_hold_under_a_hash_until_they_expire(sql_engine: AsyncEngine) -> None:
    sanctions = SqlSanctions(create_sessions(sql_engine), Hashing(b"key"))
    clock = FakeClock(_NOW)
    held = Sanction(chat_id=-1, reason="spam", given_at=_NOW, expires_at=None)
    over = Sanction(chat_id=-2, reason="toxic", given_at=_NOW, expires_at=_NOW)
    for sanction in (held, over):
        await sanctions.give(_BIG, sanction)
    data = SanctionData(sanctions=sanctions, clock=clock)
    assert "spam" in str(await data.export(_BIG))
    forget = ForgetPerson(places=[data], sanctions=sanctions, clock=clock)
    assert await forget(_BIG) == {"sanctions": 1}
    assert await forget.kept(_BIG) == [held]
    assert await sanctions.active(8, _NOW) == []
    other_key = SqlSanctions(create_sessions(sql_engine), Hashing(b"other"))
    assert await other_key.active(_BIG, _NOW) == []
    assert (await sanctions.lift(_BIG, -1), await sanctions.lift(_BIG, -1)) == (True, False)


class _Town:
    """People in SQL with a forget-list beside them."""

    def __init__(self, engine: AsyncEngine, redis: Redis, path: Path) -> None:
        sessions = create_sessions(engine)
        self.clock = FakeClock()
        self.people = People(store=SqlPeopleStore(sessions), clock=self.clock)
        self.followed = SqlFollowed(sessions)
        self.list = KeptForgetList(path=path, redis=redis)
        self.hashing = Hashing(b"key")
        self.in_redis = RedisFollowed(redis=redis)
        record = ForgetRecord(
            hashing=self.hashing, list=self.list, places=(self.followed, self.in_redis),
            clock=self.clock,
        )  # fmt: skip
        places = [ProfileData(people=self.people)]
        self.forget = ForgetPerson(places=places, record=record)
        store = Store(
            name="sql", followed=self.followed, user_ids=self.followed.user_ids,
            forget=ForgetPerson(places=places),
        )  # fmt: skip
        self.again = ForgetAgain(
            hashing=self.hashing, list=self.list, stores=(store,), clock=self.clock
        )

    async def meets(self, *user_ids: int) -> None:
        for user_id in user_ids:
            await self.people.choose_language(Person(user_id=user_id), "ru")

    async def known(self) -> frozenset[int]:
        return await self.followed.user_ids()


@pytest.fixture
def list_path(tmp_path: Path) -> Path:
    return tmp_path / "forgotten.jsonl"


async def test_a_restored_database_forgets_again_and_nobody_else(
    sql_engine: AsyncEngine, redis: Redis, list_path: Path
) -> None:
    town = _Town(sql_engine, redis, list_path)
    await town.meets(_BIG, 2)
    assert await town.forget(_BIG) == {"people": 1}
    assert str(_BIG).encode() not in _read(list_path)
    assert await town.again() == 0
    await town.meets(_BIG)
    assert await town.again() == 0, "who came back is left in peace"
    async with sql_engine.begin() as connection:  # an older copy knows nothing of the list
        await connection.exec_driver_sql("DELETE FROM forgotten_here")
    assert await town.again() == 1
    assert await town.known() == {2}
    assert await town.again() == 0


async def test_a_crash_in_the_middle_is_made_good_at_the_next_start(
    sql_engine: AsyncEngine, redis: Redis, list_path: Path
) -> None:
    town = _Town(sql_engine, redis, list_path)
    await town.meets(1, 2)
    assert town.forget.record is not None
    await town.forget.record.begin(1)
    assert await town.again() == 1
    assert await town.known() == {2}


async def test_the_file_and_redis_make_up_for_each_other(
    sql_engine: AsyncEngine, redis: Redis, list_path: Path
) -> None:
    town = _Town(sql_engine, redis, list_path)
    await town.forget(1)
    (entry,) = await town.list.entries()
    _write(list_path, b"")
    assert await town.list.entries() == [entry]
    await redis.delete(str(ForgottenKey()))
    _write(list_path, _read(list_path) + b'\n{"id":"cut')
    await town.forget(2)
    assert len(await town.list.entries()) == 2
    assert entry in await town.list.entries()


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "person.key"
    key = person_key(path)
    assert (person_key(path), len(key)) == (key, 32)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Hashing(key).person(1) not in {Hashing(b"other").person(1), Hashing(key).person(2)}
