import argparse
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec
import uvloop

from bot.asking import answer_as_json, answer_for_people
from bot.building.answering import build_answering
from bot.building.inference import open_inference
from bot.building.knowledge import open_knowledge
from bot.building.redis import open_redis
from bot.building.sql import open_sql
from bot.cli._quiet import quiet_settings
from bot.clock import SystemClock
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.answering.models import Answer, Question, Stage
from services.answering.pipeline import AnswerQuestion
from services.dialogue.memory_store import InMemoryDialogueStore
from services.dialogue.models import DialogueKey
from services.errors import InvalidInputError, NotFoundError
from services.inference.waits import WaitEstimate
from services.knowledge.models import OWNER_LIBRARY, LibraryId
from services.knowledge.slugs import library_id

# Breaks that JSON allows inside a string and many readers take for the end of a line.
_BREAKS: Final = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


class AskedLine(msgspec.Struct, frozen=True):
    """One line of a batch."""

    question: str
    id: str = ""
    history: list[str] = msgspec.field(default_factory=list)


@dataclass(frozen=True)
class _Quiet:
    """Nobody watches a command at work."""

    async def stage(self, stage: Stage) -> None:
        """Drop it."""

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        """Drop it."""

    async def text(self, partial: str) -> None:
        """Drop it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a question or a file of questions."""
    parser.add_argument("question", nargs="?", help="the question")
    parser.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="TEXT",
        help="an earlier question of the same person, oldest first; may be repeated",
    )
    parser.add_argument("--tenant", default=OWNER_LIBRARY, help="the library to ask")
    parser.add_argument(
        "--batch",
        type=Path,
        metavar="FILE.jsonl",
        help='questions, one JSON object a line: {"id", "question", "history": [..]}',
    )
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run(args: argparse.Namespace) -> int:
    """Answer everything that was asked."""
    lines = _asked(args)
    library = library_id(args.tenant)
    settings = quiet_settings()
    uvloop.run(_answer_all(settings, library, lines, as_json=args.json))
    return 0


def _asked(args: argparse.Namespace) -> list[AskedLine]:
    if (args.question is None) == (args.batch is None):
        raise InvalidInputError("give one question, or --batch with a file of questions")
    if args.batch is not None:
        if args.history:
            raise InvalidInputError("in a batch every line brings its own history")
        lines = list(_read_batch(args.batch))
        if not lines:
            raise InvalidInputError(f"there is no question in {args.batch}")
        return lines
    return [AskedLine(question=_question(args.question, "the question"), history=args.history)]


def _question(text: str, where: str) -> str:
    if not text.strip():
        raise InvalidInputError(f"{where} is empty")
    return text


def _read_batch(path: Path) -> Iterator[AskedLine]:
    try:
        content = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"cannot read {path}: {error}") from error
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            asked = msgspec.json.decode(line, type=AskedLine)
        except msgspec.DecodeError as error:
            raise InvalidInputError(f"line {number} of {path} is no question: {error}") from error
        _question(asked.question, f"the question in line {number} of {path}")
        yield asked if asked.id else AskedLine(asked.question, str(number), asked.history)


async def _answer_all(
    settings: Settings, library: LibraryId, lines: Sequence[AskedLine], *, as_json: bool
) -> None:
    store = InMemoryDialogueStore()
    async with _open_answering(settings, library, store) as answering:
        asker = _Asker(answering, store, library, settings.language)
        for number, line in enumerate(lines, start=1):
            _print(line.id, await asker.answer(line, number), as_json=as_json)


def _print(question_id: str, answer: Answer, *, as_json: bool) -> None:
    if as_json:
        line = msgspec.json.encode(answer_as_json(question_id, answer)).decode().translate(_BREAKS)
    else:
        line = answer_for_people(answer)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks for one person after another."""

    answering: AnswerQuestion
    store: InMemoryDialogueStore
    library: LibraryId
    language: str

    async def answer(self, line: AskedLine, number: int) -> Answer:
        """Answer the history in turn, then the question, in a dialogue of their own."""
        key = DialogueKey(bot_id=0, chat_id=0, thread_id=0, user_id=number)
        for text in line.history:
            await self.answering(self._question(text, key), _Quiet())
        answer = await self.answering(self._question(line.question, key), _Quiet())
        await self.store.reset(key)
        return answer

    def _question(self, text: str, key: DialogueKey) -> Question:
        return Question(
            request_id=uuid4().hex[:16],
            dialogue=key,
            text=text,
            scope=(self.library,),
            language=self.language,
            asked_at=SystemClock().now(),
        )


@asynccontextmanager
async def _open_answering(
    settings: Settings, library: LibraryId, store: InMemoryDialogueStore
) -> AsyncIterator[AnswerQuestion]:
    """Open what an answer needs; what was not running is started here and stopped at the end."""
    async with AsyncExitStack() as stack:
        sessions = await stack.enter_async_context(open_sql(settings))
        nursery = AsyncioNursery()
        knowledge = await stack.enter_async_context(open_knowledge(settings, sessions, nursery))
        stack.push_async_callback(nursery.close)
        found = await knowledge.libraries.find(library)
        if found is None or not found.change_number:
            raise NotFoundError(
                f"the library {library!r} is empty; "
                f"`samovar ingest PATH --tenant {library}` fills it"
            )
        redis_url = await stack.enter_async_context(open_redis(settings))
        inference = await stack.enter_async_context(
            open_inference(
                settings,
                redis_url,
                replica_id=f"ask-{uuid4().hex[:12]}",
                nursery=nursery,
                spawn_worker=True,
            )
        )
        yield build_answering(
            dialogue=store,
            embedder=inference.embedder,
            generator=inference.generator,
            index=knowledge.index,
            passages=knowledge.passages,
            lemmatizer=knowledge.lemmatizer,
            clock=SystemClock(),
            generate_deadline_s=settings.answer_deadline_s,
        )
