"""What a person reading a text would see of it; the rest says things only to machines."""

import re
from typing import Final

# Zero-width and soft hyphens, marks and overrides of direction, invisible operators, Hangul and
# Braille blanks, tag characters and the variation selectors that can spell whole messages. The
# joiners of Persian words and of emoji stay where they join something.
_UNSEEN: Final = re.compile(
    "[\x00\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_LONE_JOINER: Final = re.compile(
    "(?<![\u0600-\u06ff\u0750-\u077f\u0900-\u0dff])\u200c|\u200c(?![\u0600-\u06ff\u0750-\u077f\u0900-\u0dff])"
    "|(?<![\u2190-\u3299\ufe0f\U0001f000-\U0001faff])\u200d"
    "|\u200d(?![\u2190-\u3299\ufe0f\U0001f000-\U0001faff])"
)


def visible(text: str) -> str:
    r"""Take out the characters that nobody sees.

    Example:
        >>> visible("щ\u200bи\U000e0041")
        'щи'
    """
    if text.isascii():
        return text.replace("\x00", "")
    return _LONE_JOINER.sub("", _UNSEEN.sub("", text))
