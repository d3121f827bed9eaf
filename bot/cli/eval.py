import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
import uvloop

from bot.asker import Asker, open_asker
from bot.cli._lines import json_lines_of
from bot.cli._quiet import quiet_settings
from bot.settings import Settings
from services.adapters.sql.knowledge_sample import SqlPassageSample
from services.errors import InvalidInputError
from services.insight.evaluating import EvalFigures, EvalQuestion, Judged, figures, judge
from services.insight.self_made import QUESTIONS, MakeEvalQuestions
from services.knowledge.models import OWNER_LIBRARY, LibraryId
from services.knowledge.slugs import library_id


class EvalLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a question set; without ``sources`` no document answers it."""

    question: str
    id: str = ""
    sources: list[str] = msgspec.field(default_factory=list)
    history: list[str] = msgspec.field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "file", type=Path, metavar="FILE.jsonl", nargs="?",
        help='questions, one JSON object a line: {"question", "sources": [..], "history": [..]};'
        " a source is a document's path, file name, address or title; none: nothing answers it;"
        " without a file questions are made of the library's own sentences",
    )  # fmt: skip
    parser.add_argument(
        "--questions", type=_count, default=QUESTIONS,
        help=f"without a file: most questions to make (default: {QUESTIONS})",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, help="without a file: which ones are made")
    parser.add_argument("--tenant", default=OWNER_LIBRARY, help="the library to ask")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Ask every question and sum up."""
    settings, library = quiet_settings(), library_id(args.tenant)
    if args.file is None:
        judged = uvloop.run(_ask_own(settings, library, count=args.questions, seed=args.seed))
    else:
        questions = list(_read(args.file))
        if not questions:
            raise InvalidInputError(f"there is no question in {args.file}")
        judged = uvloop.run(_ask_given(settings, library, questions))
    total = figures(judged)
    report = asdict(total) | {"made": args.file is None}
    print(json.dumps(report) if args.json else _for_people(total, judged))
    return 0


def _count(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _read(path: Path) -> Iterator[EvalQuestion]:
    for number, read in json_lines_of(path, EvalLine, what="question"):
        if not read.question.strip():
            raise InvalidInputError(f"the question in line {number} of {path} is empty")
        yield EvalQuestion(
            question_id=read.id or str(number), question=read.question,
            sources=tuple(read.sources), history=tuple(read.history),
        )  # fmt: skip


async def _ask_given(
    settings: Settings, library: LibraryId, questions: Sequence[EvalQuestion]
) -> list[Judged]:
    async with open_asker(settings, library) as asker:
        return await _ask(asker, questions)


async def _ask_own(
    settings: Settings, library: LibraryId, *, count: int, seed: int
) -> list[Judged]:
    async with open_asker(settings, library) as asker:
        make = MakeEvalQuestions(
            sample=SqlPassageSample(asker.opened.sessions),
            passages=asker.opened.knowledge.passages,
            lemmatizer=asker.opened.knowledge.lemmatizer,
        )
        return await _ask(asker, await make(library, limit=count, seed=seed))


async def _ask(asker: Asker, questions: Sequence[EvalQuestion]) -> list[Judged]:
    judged = []
    for number, question in enumerate(questions, start=1):
        started = time.monotonic()
        answer = await asker.answer(question.question, question.history)
        judged.append(judge(question, answer, time.monotonic() - started))
        if sys.stderr.isatty():
            print(f"\r{number} of {len(questions)}", end="", file=sys.stderr, flush=True)
    return judged


def _for_people(total: EvalFigures, judged: Sequence[Judged]) -> str:
    """Name the figures, then the questions that went wrong."""
    lines = [
        f"{name.replace('_', ' ')}: {'no question tells' if value is None else value}"
        for name, value in asdict(total).items()
    ]
    wrong = [one for one in judged if one.refused == one.question.answerable]
    lines += [
        f"wrongly {'refused' if one.refused else 'answered'}: {one.question.question}"
        f" ({one.question.question_id})"
        for one in wrong
    ]
    return "\n".join(lines)
