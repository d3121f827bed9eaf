import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import uvloop

from bot.asker import open_asker
from bot.asking import answer_as_json, answer_for_people
from bot.cli._lines import json_line, json_lines_of
from bot.cli._quiet import quiet_settings
from bot.settings import Settings
from services.answering.models import Answer
from services.errors import InvalidInputError
from services.knowledge.models import OWNER_LIBRARY, LibraryId
from services.knowledge.slugs import library_id


class AskedLine(msgspec.Struct, frozen=True):
    """One line of a batch."""

    question: str
    id: str = ""
    history: list[str] = msgspec.field(default_factory=list)


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
    for number, asked in json_lines_of(path, AskedLine, what="question"):
        _question(asked.question, f"the question in line {number} of {path}")
        yield asked if asked.id else AskedLine(asked.question, str(number), asked.history)


async def _answer_all(
    settings: Settings, library: LibraryId, lines: Sequence[AskedLine], *, as_json: bool
) -> None:
    async with open_asker(settings, library) as asker:
        for line in lines:
            answer = await asker.answer(line.question, line.history)
            _print(line.id, answer, as_json=as_json)


def _print(question_id: str, answer: Answer, *, as_json: bool) -> None:
    line = json_line(answer_as_json(question_id, answer)) if as_json else answer_for_people(answer)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
