"""The console script: one module per command, imported only when it is called."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Final, Protocol

from pydantic import ValidationError

from services.errors import InvalidInputError, ServiceError

COMMANDS: Final = {
    "demo": "everything at once, without a token",
    "playground": "the local Telegram alone",
    "run": "the bot against the real Telegram",
    "worker": "one worker process on one device",
    "workers": "a worker for each device",
    "pool": "workers and queues, live",
    "dead": "jobs that were given up, and another try",
    "ingest": "index documents",
    "reindex": "rebuild search indexes from SQL",
    "ask": "the answering pipeline without Telegram",
    "eval": "the owner's own question set: retrieval, citations, refusals",
    "moderate": "verdicts on messages",
    "detox": "polite rewrites",
    "train-moderation": "the weights that texts are judged by, from data",
    "calibrate": "weights of the rankers fitted to a library",
    "export": "a person's data, as JSON",
    "forget": "erase a person everywhere, with a receipt",
    "bench": "a benchmark beside its baseline",
    "doctor": "check what Samovar needs",
    "settings": "the list of settings, as Markdown",
}


class Command(Protocol):
    """What a module ``bot.cli.<name>`` offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it; give the exit status. ServiceError becomes one line and status 1 (input: 2)."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 on success, 2 on unusable arguments, 1 on failure with one line on stderr.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="samovar", description="A self-hosted Telegram assistant."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in arguments if not word.startswith("-")), None)
    module: Command | None = None
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary[:1].upper() + summary[1:])
        if name == chosen:
            module = importlib.import_module(f"bot.cli.{name.replace('-', '_')}")
            module.add_arguments(sub)
    args = parser.parse_args(arguments)
    if module is None:
        parser.error("no command given")
    try:
        return module.run(args)
    except ValidationError as error:
        print(f"samovar: {_unusable(error)}", file=sys.stderr)
        return 2
    except InvalidInputError as error:
        print(f"samovar: {error}", file=sys.stderr)
        return 2
    except ServiceError as error:
        print(f"samovar: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _unusable(error: ValidationError) -> str:
    """Name the settings that cannot be used and why; their values may be secrets."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = str(first["loc"][0])
    name = field if field.isupper() else f"SAMOVAR_{field.upper()}"
    return f"the setting {name} cannot be used: {first['msg']}; `samovar settings` explains it"
