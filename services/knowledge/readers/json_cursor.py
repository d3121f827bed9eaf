"""A large JSON file, value by value, in bounded memory.

The grammar is the standard library's scanner; here is only the window over the file. The window
is decoded as Latin-1, in which a character is a byte: all marks of JSON are ASCII, so places in
the text are places in the file, and what a string says is left to whoever decodes the bytes.
"""

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import BinaryIO, Final

_READ_BYTES: Final = 1024 * 1024
_MOST_VALUE_BYTES: Final = 32 * 1024 * 1024
_SPACE: Final = " \t\n\r"
_BYTE_ORDER_MARK: Final = "\xef\xbb\xbf"


class BrokenJsonError(Exception):
    """The file is no JSON, ends too early, or has one value that is larger than 32 MB."""


class JsonCursor:
    """Goes through a file once, from its first byte to its last."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._text = ""
        self._base = 0
        self._at = 0
        self._ended = False
        self._hash = blake2b(digest_size=20)
        # Numbers are not needed, and a number of a million digits takes minutes to convert.
        self._scan = json.JSONDecoder(strict=False, parse_int=str, parse_float=str).raw_decode
        self._more()
        if self._text.startswith(_BYTE_ORDER_MARK):
            self._at = len(_BYTE_ORDER_MARK)

    @property
    def offset(self) -> int:
        """Place in the file, in bytes."""
        return self._base + self._at

    def peek(self) -> str:
        """Look at the next mark; empty at the end of the file."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """Give the names of an object's members; take or pass each value before the next name.

        Raises:
            BrokenJsonError: Here is no object.
        """
        for _ in self._entries("{", "}"):
            name = self.value()
            if not isinstance(name, str) or not self._takes(":"):
                raise BrokenJsonError
            yield name

    def items(self) -> Iterator[None]:
        """Stop at each item of an array; take or pass it before the next one.

        Raises:
            BrokenJsonError: Here is no array.
        """
        return self._entries("[", "]")

    def value(self) -> object:
        """Take the value here; strings are Latin-1, numbers are their digits.

        Raises:
            BrokenJsonError: It is broken or too large.
            RecursionError: It is nested too deeply.
        """
        if not self.peek():
            raise BrokenJsonError
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except ValueError as error:
                if not self._more():
                    raise BrokenJsonError from error
                continue
            if end < len(self._text) or not self._more():
                self._at = end
                return value

    def raw(self) -> tuple[int, bytes]:
        """Take the value here as it stands in the file, with its place."""
        self.peek()
        start, offset = self._at, self.offset
        kept = self._base
        self.value()
        start -= self._base - kept
        return offset, self._text[start : self._at].encode("latin-1")

    def skip(self) -> None:
        """Pass the value here; a large array or object is passed entry by entry."""
        mark = self.peek()
        if mark == "[":
            for _ in self.items():
                self.value()
        elif mark == "{":
            for _ in self.members():
                self.value()
        else:
            self.value()

    def finish(self) -> str:
        """Make sure that nothing follows; give the hash of the whole file.

        Raises:
            BrokenJsonError: Something does.
        """
        if self.peek():
            raise BrokenJsonError
        return self._hash.hexdigest()

    def _entries(self, opening: str, closing: str) -> Iterator[None]:
        if not self._takes(opening):
            raise BrokenJsonError
        if self._takes(closing):
            return
        while True:
            yield
            if self._takes(closing):
                return
            if not self._takes(","):
                raise BrokenJsonError

    def _takes(self, mark: str) -> bool:
        if self.peek() != mark:
            return False
        self._at += 1
        return True

    def _more(self) -> bool:
        """Read on, and let go of what was taken."""
        pending = len(self._text) - self._at
        if self._ended or pending > _MOST_VALUE_BYTES:
            return False
        # A value that spans windows is scanned again: as much again keeps that linear.
        data = self._file.read(max(_READ_BYTES, pending))
        self._hash.update(data)
        self._base += self._at
        self._text = self._text[self._at :] + data.decode("latin-1")
        self._at = 0
        self._ended = not data
        return bool(data)
