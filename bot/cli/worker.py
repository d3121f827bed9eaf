import argparse
from typing import Final

import uvloop

from bot.logs import configure_logs
from bot.settings import Settings, set_variable
from bot.worker import serve
from services.errors import InvalidInputError
from services.inference.kinds import JobKind

ALL_KINDS: Final = ",".join(JobKind)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a device and kinds of jobs."""
    parser.add_argument(
        "--device",
        default="cpu",
        help="cpu, cuda (what CUDA_VISIBLE_DEVICES names), or a GPU number or uuid, or a MIG uuid",
    )
    parser.add_argument("--device-name", default="", help="what people call the device")
    parser.add_argument(
        "--serves", help=f"kinds of jobs, by commas, of {ALL_KINDS}; default: those with a backend"
    )
    parser.add_argument(
        "--leave-with-parent", action="store_true", help="end when standard input closes"
    )


def run(args: argparse.Namespace) -> int:
    """Serve jobs until SIGTERM or Ctrl-C."""
    settings = Settings()
    serves = served_kinds(args.serves, settings)
    configure_logs(settings.log_level)
    # Both are read when a library is loaded, so they are set before any is.
    set_variable("OMP_NUM_THREADS", "1")
    if args.device != "cuda":
        set_variable("CUDA_VISIBLE_DEVICES", "" if args.device == "cpu" else args.device)
    uvloop.run(
        serve(
            settings,
            device=args.device,
            device_name=args.device_name,
            serves=serves,
            leave_with_parent=args.leave_with_parent,
        )
    )
    return 0


def served_kinds(text: str | None, settings: Settings) -> tuple[JobKind, ...]:
    """Read kinds by commas; none given: those that have a backend.

    Raises:
        InvalidInputError: One is not known, or there is none.
    """
    return settings.served if text is None else parse_kinds(text)


def parse_kinds(text: str) -> tuple[JobKind, ...]:
    """Read kinds by commas.

    Raises:
        InvalidInputError: One is not known, or there is none.
    """
    try:
        kinds = tuple(JobKind(word.strip()) for word in text.split(",") if word.strip())
    except ValueError as error:
        raise InvalidInputError(f"--serves knows {ALL_KINDS}, not {text}") from error
    if not kinds:
        raise InvalidInputError(f"--serves needs a kind: {ALL_KINDS}")
    return tuple(dict.fromkeys(kinds))
