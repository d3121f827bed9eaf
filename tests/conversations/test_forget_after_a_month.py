"""A month of use by several people, then ``samovar forget`` for one of them."""

import asyncio
import gzip
import json
import shutil
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.adapters.queue.dead_letters import RedisDeadLetters
from services.adapters.redis.client import connect
from services.adapters.redis.inbox import IncomingUpdate, RedisInbox
from services.adapters.sql.engine import Sessions, create_engine, create_sessions, sqlite_url
from services.adapters.sql.memory import SqlMemoryStore
from services.adapters.sql.requests import SqlRequestStore
from services.adapters.sql.sanctions import SqlSanctions
from services.answering.models import AnswerLength
from services.answering.request_models import Request, RequestId, RequestState
from services.dialogue.models import DialogueKey
from services.inference.kinds import EmbedPayload, JobKind
from services.inference.models import EmbedRole, Priority
from services.inference.protocol import FailureCode, Job, JobFailure
from services.knowledge.chat_libraries import library_of_chat
from services.knowledge.models import LibraryId
from services.memory.models import Memory, Origin, Place
from services.people.forgotten import Hashing
from services.people.sanctions import Sanction
from tests.conversations.conftest import OwnTown
from tests.support.library import OpenBase, open_base
from tests.support.town import Town

# Four starts of processes one after the other, on a machine that may be busy.
pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

NINA, PETYA = "ниночкинослово", "петечкинослово"
DAYS = 30
ASKED_A_DAY = 2
OTHERS_DAYS = 3
"""Of somebody else, whose rows are only there to stay."""
_NOW = datetime.now(UTC)


def _traces(word: str) -> list[bytes]:
    """A word as files hold it: plain, escaped by JSON, in UTF-16."""
    return [
        form
        for spelt in (word, word.capitalize())
        for form in (spelt.encode(), json.dumps(spelt)[1:-1].encode(), spelt.encode("utf-16-le"))
    ]


def _holds(raw: bytes, word: str) -> bool:
    if raw[:2] == b"\x1f\x8b":
        raw += gzip.decompress(raw)
    return any(trace in raw for trace in _traces(word))


def _files_with(directory: Path, word: str) -> list[str]:
    return [
        str(path.relative_to(directory))
        for path in sorted(directory.rglob("*"))
        if path.is_file() and _holds(path.read_bytes(), word)
    ]


def _sql_with(database: Path, word: str) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [line[:80] for line in connection.iterdump() if _holds(line.encode(), word)]


def _rows_of(database: Path, user_id: int) -> dict[str, int]:
    """Count a person's rows in every table that names people."""
    with closing(sqlite3.connect(database)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
        named = [
            table
            for table in tables
            if any(row[1] == "user_id" for row in connection.execute(f"PRAGMA table_info({table})"))
        ]
        counted = {
            table: connection.execute(
                f"SELECT count(*) FROM {table} WHERE user_id = ?",  # noqa: S608 - our own names
                (user_id,),
            ).fetchone()[0]
            for table in named
        }
    return {table: count for table, count in counted.items() if count}


async def _redis_with(redis: Redis, word: str) -> list[str]:
    """Look into every key of every type."""
    return [
        str(key)
        async for key in redis.scan_iter(count=1000)
        if _holds((await _content(redis, str(key))).encode(), word)
    ]


async def _content(redis: Redis, key: str) -> str:
    """Read a value as its type wants; a dump is compressed where it is long."""
    readers: dict[str, Callable[[str], Awaitable[object]]] = {
        "string": redis.get,
        "hash": redis.hgetall,
        "list": lambda name: redis.lrange(name, 0, -1),
        "stream": redis.xrange,
        "zset": lambda name: redis.zrange(name, 0, -1),
        "set": redis.smembers,
    }
    return str(await readers[str(await redis.type(key))](key))


def _requests(user_id: int, bot_id: int, word: str, days: int = DAYS) -> Iterator[Request]:
    for n in range(days * ASKED_A_DAY):
        asked_at = _NOW - timedelta(days=days - 1 - n // ASKED_A_DAY, minutes=n % 60)
        yield Request(
            request_id=RequestId(f"{user_id % 10**6:06d}{n:010d}"), update_id=user_id * 1000 + n,
            dialogue=DialogueKey(bot_id=bot_id, chat_id=user_id, thread_id=0, user_id=user_id),
            private=True, question_message_id=n + 1, question=f"Что такое {word} {n}?",
            language="ru", length=AnswerLength.NORMAL, asked_at=asked_at,
            state=RequestState.ACCEPTED, replica="earlier",
        )  # fmt: skip


async def _some_days_of(
    user_id: int, bot_id: int, word: str, sessions: Sessions, days: int
) -> None:
    """Write what so many days of use leave in SQL: questions, ratings, memories."""
    requests, memories = SqlRequestStore(sessions), SqlMemoryStore(sessions)
    for n, request in enumerate(_requests(user_id, bot_id, word, days)):
        await requests.add(request)
        await requests.settle(request.request_id, (), RequestState.DONE, query=f"{word} {n}")
        await requests.close(request.request_id, RequestState.DONE)
        if n % 3 == 0:
            await requests.rate(request.request_id, user_id, 1, request.asked_at)
    for day in range(days):
        at = _NOW - timedelta(days=day)
        await memories.add(
            Memory(
                place=Place(user_id=user_id, chat_id=user_id if day % 2 else -100_500),
                text=f"Мой любимый {word} — {day}", slot=None, origin=Origin.ASKED,
                written_at=at, used_at=at,
            )
        )  # fmt: skip


async def _left_in_redis(user_id: int, bot_id: int, word: str, redis: Redis) -> None:
    """Leave what got stuck: a job that was given up, and an update that could not be handled."""
    request = next(_requests(user_id, bot_id, word))
    job = Job(
        job_id=f"{request.request_id}:generate", kind=JobKind.EMBED, reply_to="gone",
        payload=EmbedPayload(texts=(f"{word}?",), role=EmbedRole.QUERY),
        priority=Priority.HIGH, deadline_at=_NOW.timestamp(),
    )  # fmt: skip
    failure = JobFailure(code=FailureCode.ATTEMPTS, message="its workers died", retryable=False)
    await RedisDeadLetters(redis).bury(job, 3, failure)
    inbox = RedisInbox(redis, bot_id=bot_id + 1, replica="earlier")
    await inbox.open()
    payload = json.dumps({"update_id": 1, "message": {"text": word}})
    update = IncomingUpdate(update_id=user_id, payload=payload, lane="x", user_id=user_id)
    await inbox.accept([update])
    for entry in await inbox.read(limit=1, wait_s=5):
        await inbox.bury(entry, reason="it broke")


async def _command(town: Town, *arguments: str) -> dict[str, dict[str, int]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", *arguments, env={**town.processes.bot.variables},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0
    return dict(json.loads(output))


_LOOKS = 180


async def _embedded(base: OpenBase, libraries: Sequence[LibraryId]) -> None:
    for _ in range(_LOOKS):
        if not any([(await base.passages.backlog(one)).passages for one in libraries]):
            return
        await asyncio.sleep(0.5)
    raise AssertionError("the files got no vectors")


async def test_after_a_month_nothing_of_a_forgotten_person_is_left(samovar_town: OwnTown) -> None:
    async with samovar_town() as town:
        data = town.processes.data
        database = data / "samovar.sqlite3"
        nina = await town.new_person("Nina", language_code="ru")
        petya = await town.new_person("Petya", language_code="ru")
        people = ((nina, NINA, DAYS), (petya, PETYA, OTHERS_DAYS))
        engine = create_engine(sqlite_url(data))
        sessions = create_sessions(engine)
        sanctions = SqlSanctions(sessions, Hashing((data / "person.key").read_bytes()))
        for person, word, days in people:
            await person.starts()
            await person.says(f"Запомни, что я живу в городе {word}")
            await person.sees("Запомнил", timeout_s=60)
            await person.says(f"А что такое {word}?")
            await person.sees("", where=lambda seen: bool(seen.buttons), timeout_s=60)
            note = f"# Дневник\n\nПо четвергам {word} пьёт чай с вареньем на веранде.\n"
            await person.sends_document(note.encode(), name=f"{word}.md", mime="text/markdown")
            await person.sees("Готово", timeout_s=90)
            await _some_days_of(person.id, town.bot_id, word, sessions, days)
        redis_socket = next((data / "redis").glob("*.sock"))
        async with (
            open_base(sessions, data / "indexes", apply=False) as searcher,
            connect(f"unix://{redis_socket}") as client,
            Redis(
                unix_socket_path=str(redis_socket), decode_responses=True, encoding_errors="replace"
            ) as redis,
        ):
            for person, word, _ in people:
                await _left_in_redis(person.id, town.bot_id, word, client)
            spam = Sanction(
                chat_id=-100_500, reason="spam", given_at=_NOW, expires_at=_NOW + timedelta(days=9)
            )
            await sanctions.give(nina.id, spam)
            assert town.processes.worker is not None
            # A worker that dies over a job takes it along until its lease is over.
            await _embedded(searcher, [library_of_chat(person.id) for person, _, _ in people])
            town.processes.worker.kill()
            await nina.says(f"Сколько варить {NINA}?")
            await nina.sees_draft()
            assert await searcher.hits(NINA, library_id=library_of_chat(nina.id))
            petyas = _rows_of(database, petya.id)
            assert _files_with(data, NINA)
            assert await _redis_with(redis, NINA)
            _backup(database, data.parent / f"{data.name}.backup")

            receipt = await _command(town, "forget", str(nina.id), "--json")

            deleted = receipt["deleted"]
            assert deleted["requests"] >= DAYS * ASKED_A_DAY
            assert deleted["memories"] == DAYS + 1
            assert deleted["feedback"] >= DAYS * ASKED_A_DAY // 3
            assert deleted["dialogues"] == 1
            assert receipt["kept"] == {"sanctions": 1, "forget_list": 1}
            assert deleted["chat_files"] == 1
            assert await searcher.hits(NINA, library_id=library_of_chat(nina.id)) == []
            assert await searcher.hits(PETYA, library_id=library_of_chat(petya.id))
            assert await _redis_with(redis, NINA) == []
            assert _sql_with(database, NINA) == []
            assert _rows_of(database, nina.id) == {}
            assert _files_with(data, NINA) == []

            assert _rows_of(database, petya.id) == petyas
            assert await _redis_with(redis, PETYA), "others' dialogues and jobs stay"
            assert await sanctions.active(nina.id, _NOW) == [spam]

        await engine.dispose()
        town.processes.bot.stop()
        _restore(data.parent / f"{data.name}.backup", database)
        assert _sql_with(database, NINA), "the backup remembers"
        town.processes.restart_bot()
        assert "restored_backup_forgotten_again" in town.processes.bot.said()
        assert _sql_with(database, NINA) == []
        assert _files_with(data, NINA) == []
        assert _rows_of(database, petya.id) == petyas
        again = _rows_of(database, nina.id)
        assert again == {}


def _backup(database: Path, to: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def _restore(backup: Path, database: Path) -> None:
    for leftover in ("-wal", "-shm"):
        database.with_name(database.name + leftover).unlink(missing_ok=True)
    shutil.move(backup, database)
