import argparse
import sys

import msgspec

from bot.cli._lines import add_texts, given_texts, json_line
from services.adapters.detox.artefacts import packaged_parts
from services.adapters.moderation.artefacts import packaged_detector
from services.moderation.detox.models import DetoxResult
from services.moderation.detox.rewriting import PackagedDetoxifier
from services.moderation.ports import TextJudge


class PoliteLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the answer; what is null: no polite form is good enough."""

    text: str
    detoxified: str | None = None
    changed_spans: tuple[tuple[int, int], ...] = ()
    toxicity_before: float
    toxicity_after: float | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_texts(parser, what="a text to put politely")


def run(args: argparse.Namespace) -> int:
    """Put each text politely, the packaged way."""
    texts = given_texts(args)
    judge = packaged_detector()
    detoxifier = PackagedDetoxifier(judge, *packaged_parts())
    for text in texts:
        polite = detoxifier.rewrite(text)
        line = _document(text, polite, judge) if args.json else _plain(polite)
        sys.stdout.write(f"{line}\n")
    return 0


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
