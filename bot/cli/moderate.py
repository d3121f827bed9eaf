import argparse
import sys
from dataclasses import asdict
from pathlib import Path

import msgspec

from bot.cli._lines import json_line, lines_of
from services.adapters.moderation.artefacts import packaged_detector
from services.errors import InvalidInputError
from services.moderation.ladder import Record, step_for
from services.moderation.models import Label, Verdict
from services.moderation.policy import LadderSteps, Trust
from services.moderation.ports import TextJudge


class JudgedLine(msgspec.Struct, frozen=True):
    """A line that is JSON; any other line is the text itself."""

    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("text", nargs="?", help="a message")
    parser.add_argument(
        "--batch", type=Path, metavar="FILE",
        help='messages, one a line: plain text, or JSON {"text": ".."}',
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run(args: argparse.Namespace) -> int:
    """Judge each text as the first message of a member."""
    if (args.text is None) == (args.batch is None):
        raise InvalidInputError("give one text, or --batch with a file of texts")
    texts = [args.text] if args.batch is None else [_text(line) for _, line in lines_of(args.batch)]
    if not texts:
        raise InvalidInputError(f"there is no text in {args.batch}")
    detector = packaged_detector()
    for text in texts:
        verdict = _verdict(detector, text)
        line = json_line({"text": text, **asdict(verdict)}) if args.json else _plain(text, verdict)
        sys.stdout.write(f"{line}\n")
    return 0


def _text(line: str) -> str:
    try:
        return msgspec.json.decode(line, type=JudgedLine).text
    except msgspec.DecodeError:
        return line.rstrip("\r")


def _verdict(judge: TextJudge, text: str) -> Verdict:
    judged = judge.judge(text)
    findings = tuple(sorted(judged.findings, key=lambda one: (one.is_sure, one.score))[::-1])
    step = step_for(findings, trust=Trust.MEMBER, record=Record(), steps=LadderSteps())
    label = Label.OK
    if findings:
        label = findings[0].label if findings[0].is_sure else Label.UNSURE
    return Verdict(
        label=label, action=step.action, delete=step.delete, toxicity=judged.toxicity,
        spam=judged.spam, findings=findings,
    )  # fmt: skip


def _plain(text: str, verdict: Verdict) -> str:
    why = ", ".join(f"{finding.check.value} {finding.score:.2f}" for finding in verdict.findings)
    return f"{verdict.label.value:6} {verdict.action.value:8} {text!r} {why}".rstrip()
