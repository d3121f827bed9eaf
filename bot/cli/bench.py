import argparse
import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import msgspec

from bot.logs import configure_logs
from services.errors import InvalidInputError, NotFoundError

# Parts of benchmarks, not benchmarks.
_PARTS: Final = frozenset({"report"})
_MOST_SECONDS: Final = 86_400
_LEAST_SIZE, _MOST_SIZE = 1_000, 10_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a name, its data, and how to print."""
    parser.add_argument("name", nargs="?", help="which benchmark")
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data that is not in the code")
    parser.add_argument(
        "--seconds", type=float, metavar="S",
        help="how long the long part of a benchmark lasts (playground: 600 by default, which"
        " makes about 12 minutes in all)",
    )  # fmt: skip
    parser.add_argument(
        "--sizes", type=_sizes, metavar="N,N", help="passages to measure with (scale)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Run it; status 1 when a goal is missed."""
    if args.list:
        for name in names():
            print(f"{name:<12}{_summary(_module(name))}")
        return 0
    if args.name not in names():
        raise InvalidInputError(f"name a benchmark: {', '.join(names())}")
    if args.data is not None and not args.data.is_dir():
        raise NotFoundError(f"{args.data} is no directory")
    module = _module(args.name)
    options = _options(module, args)
    configure_logs("WARNING")
    report = module.run(args.data, **options)
    print(msgspec.json.encode(report).decode() if args.json else report.table())
    return 0 if report.holds else 1


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(part.replace("_", "")) for part in text.split(","))
    if not all(_LEAST_SIZE <= size <= _MOST_SIZE for size in sizes):
        raise argparse.ArgumentTypeError(f"sizes are from {_LEAST_SIZE:,} to {_MOST_SIZE:,}")
    return sizes


def _options(module: ModuleType, args: argparse.Namespace) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if args.sizes is not None:
        if not hasattr(module, "SIZES"):
            raise InvalidInputError(f"{args.name} has no sizes; leave --sizes out")
        options["sizes"] = args.sizes
    return options | _seconds(module, args)


def _seconds(module: ModuleType, args: argparse.Namespace) -> dict[str, float]:
    if args.seconds is None:
        return {}
    if not hasattr(module, "LONG_S"):
        raise InvalidInputError(f"{args.name} has no long part; leave --seconds out")
    if not 0 < args.seconds <= _MOST_SECONDS:
        raise InvalidInputError(f"--seconds is more than 0 and at most {_MOST_SECONDS}")
    return {"seconds": args.seconds}


def names() -> list[str]:
    """List what can be run."""
    package = importlib.import_module("benchmarks")
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return sorted(name for name in found if name not in _PARTS and not name.startswith("_"))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"benchmarks.{name}")


def _summary(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().partition("\n")[0]
