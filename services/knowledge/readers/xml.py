"""XML of documents: no entities, no network, no trees of unusual size."""

import zipfile
from typing import Any, Final

from lxml import etree

from services.knowledge.readers.broken import SkipError
from services.knowledge.readers.skips import SkipCode

_MB: Final = 1024 * 1024
_MOST_PART_BYTES: Final = 256 * _MB
_RATIO_FROM_BYTES: Final = 10 * _MB
_MOST_RATIO: Final = 200


def parsed(data: bytes, kind: str) -> Any:  # noqa: ANN401  lxml has no types
    """Parse a part of a document.

    Raises:
        SkipError: It is broken, or declares entities, which no writer of documents does.
    """
    if b"<!ENTITY" in data:
        raise SkipError(SkipCode.BROKEN, kind=kind)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SkipError(SkipCode.BROKEN, kind=kind) from error


class Package:
    """The parts of a document that is a zip archive, with limits against bombs."""

    def __init__(self, archive: zipfile.ZipFile, kind: str) -> None:
        self._archive = archive
        self._kind = kind

    def has(self, name: str) -> bool:
        """Tell whether there is such a part."""
        return name in self._archive.NameToInfo

    def part(self, name: str) -> bytes:
        """Unpack a part.

        Raises:
            SkipError: There is none, it is broken, encrypted, or too large for a document.
        """
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            raise SkipError(SkipCode.BROKEN, kind=self._kind) from None
        if info.flag_bits & 1:
            raise SkipError(SkipCode.ENCRYPTED, kind=self._kind)
        most = max(_RATIO_FROM_BYTES, info.compress_size * _MOST_RATIO)
        try:
            with self._archive.open(info) as file:
                data = file.read(min(most, _MOST_PART_BYTES) + 1)
        except Exception as error:
            raise SkipError(SkipCode.BROKEN, kind=self._kind) from error
        if len(data) > most:
            raise SkipError(SkipCode.ARCHIVE_BOMB, limit=_MOST_RATIO)
        if len(data) > _MOST_PART_BYTES:
            raise SkipError(SkipCode.TOO_LARGE, limit_mb=_MOST_PART_BYTES // _MB)
        return data

    def tree(self, name: str) -> Any:  # noqa: ANN401  lxml has no types
        """Parse a part as XML.

        Raises:
            SkipError: As ``part``, or it is no XML.
        """
        return parsed(self.part(name), self._kind)
