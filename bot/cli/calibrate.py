import argparse
import json
import sys
import time
from dataclasses import asdict
from typing import Final

import uvloop

from bot.building.calibrating import Calibrating
from bot.building.library import open_library
from bot.cli._quiet import quiet_settings
from bot.settings import Settings
from services.answering.calibrating import QUESTIONS, Calibration
from services.inference.kinds import JobKind
from services.knowledge.models import OWNER_LIBRARY, LibraryId
from services.knowledge.slugs import library_id

DIGITS: Final = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a library."""
    parser.add_argument("--tenant", default=OWNER_LIBRARY, help="the library to calibrate")
    parser.add_argument(
        "--questions", type=int, default=QUESTIONS, help="most questions to make (default: 400)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Fit the weights of a library, and keep them where they win."""
    settings = quiet_settings()
    begun = time.monotonic()
    result = uvloop.run(_calibrate(settings, library_id(args.tenant), args.questions))
    report = {
        "tenant": args.tenant,
        "questions": result.questions,
        "held_out": result.held_out,
        "plain_ndcg_at_10": round(result.plain, DIGITS),
        "fitted_ndcg_at_10": round(result.fitted, DIGITS),
        "weights": asdict(result.weights),
        "kept": result.kept,
        "seconds": round(time.monotonic() - begun, 1),
    }
    sys.stdout.write(f"{json.dumps(report) if args.json else _for_people(result)}\n")
    return 0


def _for_people(result: Calibration) -> str:
    outcome = "kept" if result.kept else "not kept, the plain sum goes on"
    weights = ", ".join(f"{name} {value:g}" for name, value in asdict(result.weights).items())
    return (
        f"{result.questions} questions made, {result.held_out} of them held out.\n"
        f"nDCG@10 on these: plain sum {result.plain:.4f}, fitted {result.fitted:.4f}.\n"
        f"Fitted weights ({weights}): {outcome}."
    )


async def _calibrate(settings: Settings, library: LibraryId, questions: int) -> Calibration:
    async with open_library(
        settings, library, command="calibrate", kinds=[JobKind.EMBED]
    ) as opened:
        calibrating = Calibrating(
            sessions=opened.sessions, knowledge=opened.knowledge,
            embedder=opened.inference.embedder,
        )  # fmt: skip
        return await calibrating(library, questions=max(1, questions))
