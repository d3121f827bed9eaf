"""Files of one thing a line, given to commands."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from services.errors import InvalidInputError

T = TypeVar("T")
# Breaks that JSON allows inside a string and many readers take for the end of a line.
_BREAKS: Final = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that are not blank, with their numbers from 1.

    Raises:
        InvalidInputError: The file cannot be read.
    """
    try:
        content = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"cannot read {path}: {error}") from error
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield number, line


def json_lines_of(path: Path, kind: type[T], *, what: str) -> Iterator[tuple[int, T]]:
    """Give the lines as values of a type, with their numbers.

    Args:
        path: JSON, one object a line.
        kind: What msgspec makes of a line.
        what: How a line is called in an error: "question".

    Raises:
        InvalidInputError: The file or a line cannot be read.
    """
    for number, line in lines_of(path):
        try:
            yield number, msgspec.json.decode(line, type=kind)
        except msgspec.DecodeError as error:
            raise InvalidInputError(f"line {number} of {path} is no {what}: {error}") from error


class _TextLine(msgspec.Struct, frozen=True):
    """A line that is JSON; any other line is the text itself."""

    text: str


def add_texts(parser: argparse.ArgumentParser, *, what: str) -> None:
    """Declare one text, or a file of them, and how to print what is said of each."""
    parser.add_argument("text", nargs="?", help=what)
    parser.add_argument(
        "--batch", type=Path, metavar="FILE",
        help='texts, one a line: plain text, or JSON {"text": ".."}',
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def given_texts(args: argparse.Namespace) -> list[str]:
    """Read what ``add_texts`` declared.

    Raises:
        InvalidInputError: Not exactly one of both is given, or the file has no text.
    """
    if (args.text is None) == (args.batch is None):
        raise InvalidInputError("give one text, or --batch with a file of texts")
    if args.batch is None:
        return [args.text]
    texts = [_text(line) for _, line in lines_of(args.batch)]
    if not texts:
        raise InvalidInputError(f"there is no text in {args.batch}")
    return texts


def _text(line: str) -> str:
    try:
        return msgspec.json.decode(line, type=_TextLine).text
    except msgspec.DecodeError:
        return line.rstrip("\r")


def json_line(value: object) -> str:
    """Write a value as one line of JSON, whatever breaks its texts hold."""
    return msgspec.json.encode(value).decode().translate(_BREAKS)
