import re
from typing import Final

from services.errors import InvalidInputError
from services.knowledge.models import LibraryId

_SLUG: Final = re.compile(r"[a-z0-9_-]{1,64}")


def is_library_id(text: str) -> bool:
    """Tell whether a text can name a library: it also names a directory."""
    return _SLUG.fullmatch(text) is not None


def library_id(text: str) -> LibraryId:
    """Take a text for the name of a library.

    Raises:
        InvalidInputError: It cannot be one.
    """
    if not is_library_id(text):
        msg = "a library's name is 1 to 64 lower-case letters, digits, hyphens and underscores"
        raise InvalidInputError(msg)
    return LibraryId(text)
