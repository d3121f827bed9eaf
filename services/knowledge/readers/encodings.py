"""Which encoding a text is in, told from the text itself."""

import re
from functools import partial
from typing import Final

_SAMPLE_BYTES: Final = 64 * 1024
_RUSSIAN: Final = ("cp1251", "koi8-r", "cp866")
# The most frequent letters, two thirds of Russian text; in another order of letters, a third.
_FREQUENT: Final = frozenset("оеаинтсрвлк")
_CYRILLIC: Final = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_MOST_CONTROLS: Final = 0.02
_CONTROLS: Final = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27})
_SURE_OF_NULS: Final = 0.2
# That of UTF-32 begins as that of UTF-16 does.
_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_BEYOND: Final = bytes(range(128, 256))
_RUN: Final = re.compile(b"[\x80-\xff]{2,}")
_TIE: Final = 0.1


def decoded(data: bytes) -> str | None:
    """Decode UTF-8, UTF-16, Russian in one of its old encodings, or a western text.

    Returns:
        The text, or None when it is none: a picture, a program, an archive.
    """
    encoding = encoding_of(data)
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def encoding_of(data: bytes) -> str | None:
    """Name the encoding of a text, with or without a mark; None when it is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE_BYTES]
    if b"\x00" in data:
        return _utf16(sample)
    if len(sample.translate(None, _CONTROLS)) < (1 - _MOST_CONTROLS) * len(sample):
        return None
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252" if _western(sample) else max(_RUSSIAN, key=partial(_russianness, sample))
    return "utf-8-sig"


def _western(sample: bytes) -> bool:
    """Letters beyond ASCII stand alone in "déjà vu"; in Russian they make up the words."""
    beyond = len(sample) - len(sample.translate(None, _BEYOND))
    return sum(map(len, _RUN.findall(sample))) < beyond / 2


def _utf16(sample: bytes) -> str | None:
    """Tell the byte order from where the halves of the commonest letters and spaces are."""
    half = max(1, len(sample) // 2)
    even = sum(sample[0::2].count(byte) for byte in (0, 4)) / half
    odd = sum(sample[1::2].count(byte) for byte in (0, 4)) / half
    if odd > 1 - _SURE_OF_NULS and even < _SURE_OF_NULS:
        return "utf-16le"
    if even > 1 - _SURE_OF_NULS and odd < _SURE_OF_NULS:
        return "utf-16be"
    return None


def _russianness(sample: bytes, encoding: str) -> float:
    """Score a reading: letters only, the frequent ones frequent; small ones break a tie."""
    text = sample.decode(encoding, errors="replace")
    letters = [character for character in text if character.lower() in _CYRILLIC]
    if not letters:
        return 0.0
    frequent = sum(character.lower() in _FREQUENT for character in letters)
    small = sum(character in _CYRILLIC for character in letters)
    outside = sum(ord(character) > 127 for character in text) or 1  # noqa: PLR2004  ASCII
    return (frequent + _TIE * small) / len(letters) + len(letters) / outside
