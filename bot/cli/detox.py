import argparse
import sys
from pathlib import Path

import msgspec

from bot.cli._lines import json_line, lines_of
from services.adapters.detox.artefacts import packaged_parts
from services.adapters.moderation.artefacts import packaged_detector
from services.errors import InvalidInputError
from services.moderation.detox.models import DetoxResult
from services.moderation.detox.rewriting import PackagedDetoxifier
from services.moderation.ports import TextJudge


class RudeLine(msgspec.Struct, frozen=True):
    """A line that is JSON; any other line is the text itself."""

    text: str


class PoliteLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the answer; what is null: no polite form is good enough."""

    text: str
    detoxified: str | None = None
    changed_spans: tuple[tuple[int, int], ...] = ()
    toxicity_before: float
    toxicity_after: float | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("text", nargs="?", help="a text to put politely")
    parser.add_argument(
        "--batch", type=Path, metavar="FILE",
        help='texts, one a line: plain text, or JSON {"text": ".."}',
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run(args: argparse.Namespace) -> int:
    """Put each text politely, the packaged way."""
    texts = _texts(args)
    judge = packaged_detector()
    detoxifier = PackagedDetoxifier(judge, *packaged_parts())
    for text in texts:
        polite = detoxifier.rewrite(text)
        line = _document(text, polite, judge) if args.json else _plain(polite)
        sys.stdout.write(f"{line}\n")
    return 0


def _texts(args: argparse.Namespace) -> list[str]:
    if (args.text is None) == (args.batch is None):
        raise InvalidInputError("give one text, or --batch with a file of texts")
    texts = [args.text] if args.batch is None else [_text(line) for _, line in lines_of(args.batch)]
    if not texts:
        raise InvalidInputError(f"there is no text in {args.batch}")
    return texts


def _text(line: str) -> str:
    try:
        return msgspec.json.decode(line, type=RudeLine).text
    except msgspec.DecodeError:
        return line.rstrip("\r")


def _document(text: str, polite: DetoxResult | None, judge: TextJudge) -> str:
    if polite is None:
        toxicity = judge.judge(text).toxicity
        return json_line(PoliteLine(text=text, toxicity_before=toxicity))
    return json_line(
        PoliteLine(
            text=text, detoxified=polite.text, changed_spans=polite.changed_spans,
            toxicity_before=polite.toxicity_before, toxicity_after=polite.toxicity_after,
        )
    )  # fmt: skip


def _plain(polite: DetoxResult | None) -> str:
    return "(no polite form is good enough)" if polite is None else polite.text
