"""Very long documents in parts, so that no transaction and no step of an ingest is long."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from typing import Final

from services.knowledge.models import Block, BlockKind, SourceDocument

LAST_PART: Final = 2**31
_PART_CHARACTERS: Final = 400_000
_HEADING_FROM: Final = 300_000


def parts_of(document: SourceDocument) -> list[SourceDocument]:
    """Cut a document of more than 400 000 characters, at a heading where one is near.

    The first part keeps the document's identity; the others are ``<source>#part=<n>``. All of
    them belong to one export of their own, so that the parts of a text that has become shorter
    can be told. A post of an export is not cut.
    """
    if document.export is not None or _length(document.blocks) <= _PART_CHARACTERS:
        return [document]
    export = export_of_parts(document.source)
    return [
        replace(
            document, blocks=blocks, export=export, order_key=number,
            source=document.source if number == 1 else f"{document.source}#part={number}",
        )
        for number, blocks in enumerate(_cut(document.blocks), start=1)
    ]  # fmt: skip


def export_of_parts(source: str) -> str:
    """Name what the parts of a document belong to."""
    return f"parts:{blake2b(source.encode(), digest_size=16).hexdigest()}"


def _length(blocks: tuple[Block, ...]) -> int:
    return sum(len(block.text) for block in blocks)


def _cut(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    part: list[Block] = []
    filled = 0
    for block in blocks:
        full = filled + len(block.text) > _PART_CHARACTERS
        if part and (full or (block.kind is BlockKind.HEADING and filled >= _HEADING_FROM)):
            yield tuple(part)
            part, filled = [], 0
        part.append(block)
        filled += len(block.text)
    yield tuple(part)
