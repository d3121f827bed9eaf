import argparse
import json
import sys
import time
from pathlib import Path

from services.adapters.detox.training import train as train_detox
from services.adapters.moderation.artefacts import save
from services.adapters.moderation.corpora import digest, load, obscene_forms
from services.adapters.moderation.training import train
from services.errors import NotFoundError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the data and where to write."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="training data")
    parser.add_argument(
        "--into", type=Path, metavar="DIR", default=Path("services/adapters/moderation/weights"),
        help="where the weights go (default: the folder of the packaged ones)",
    )  # fmt: skip
    parser.add_argument(
        "--detox-into", type=Path, metavar="DIR", default=Path("services/adapters/detox/weights"),
        help="where the parts of detox go (default: the folder of the packaged ones)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Train the heads and write them; the same data gives the same weights."""
    if not args.data.is_dir():
        raise NotFoundError(f"{args.data} is no directory")
    begun = time.monotonic()
    examples = load(args.data)
    heads = train(examples, obscene_forms(args.data))
    save(heads, args.into)
    pairs = train_detox(args.data, args.detox_into)
    report = {
        "examples": len(examples),
        "data_sha256": digest(args.data),
        "rude_words": len(heads.vocabulary.rude),
        "into": str(args.into),
        "detox_pairs": pairs,
        "detox_into": str(args.detox_into),
        "seconds": round(time.monotonic() - begun, 1),
    }
    plain = "\n".join(f"{name}: {value}" for name, value in report.items())
    sys.stdout.write(f"{json.dumps(report) if args.json else plain}\n")
    return 0
