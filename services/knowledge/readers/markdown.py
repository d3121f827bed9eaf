import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.encodings import decoded
from services.knowledge.readers.models import ReadSource, skipped
from services.knowledge.readers.skips import SkipCode

_NOT_IN_SLUG: Final = re.compile(r"[^\w\- ]")
_FRONT_MATTER: Final = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def read_markdown(source: str, name: str, data: bytes, *, url: str | None = None) -> ReadSource:
    """Read Markdown (CommonMark and tables); headings give anchors as GitHub makes them.

    Args:
        source: Identity of the document.
        name: Title when there is no heading.
        data: The file.
        url: Where it can be opened.
    """
    text = decoded(data)
    if text is None:
        return skipped(source, SkipCode.NOT_TEXT)
    blocks = list(_blocks(_FRONT_MATTER.sub("", text.replace("\r\n", "\n"))))
    if not blocks:
        return skipped(source, SkipCode.EMPTY)
    title = next((b.text for b in blocks if b.kind is BlockKind.HEADING), name)
    return ReadSource(
        documents=(SourceDocument(source=source, title=title, url=url, blocks=tuple(blocks)),)
    )


def heading_slug(text: str, seen: Counter[str]) -> str:
    """Make the fragment of a heading: lower case, hyphens for spaces, numbered when repeated."""
    folded = unicodedata.normalize("NFC", text).strip().lower()
    slug = _NOT_IN_SLUG.sub("", folded).replace(" ", "-")
    seen[slug] += 1
    return slug if seen[slug] == 1 else f"{slug}-{seen[slug] - 1}"


def anchored_headings(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Give each heading's opening token with its fragment, as ``read_markdown`` makes it."""
    seen: Counter[str] = Counter()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield opening, heading_slug(_plain(inline), seen)


def _blocks(text: str) -> Iterator[Block]:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    seen: Counter[str] = Counter()
    anchor = ""
    row: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "inline" and tokens[index - 1].type in {"th_open", "td_open"}:
            row.append(_plain(token))
        elif token.type == "tr_close":
            yield Block(kind=BlockKind.PARAGRAPH, text=" | ".join(row), anchor=anchor)
            row = []
        elif token.type == "inline":
            kind, level = _kind(tokens, index)
            content = _plain(token)
            if kind is BlockKind.HEADING:
                anchor = f"#{heading_slug(content, seen)}"
            if content.strip():
                yield Block(kind=kind, text=content, level=level, anchor=anchor)
        elif token.type in {"fence", "code_block"} and token.content.strip():
            yield Block(kind=BlockKind.CODE, text=token.content.rstrip(), anchor=anchor)


def _kind(tokens: Sequence[Token], index: int) -> tuple[BlockKind, int]:
    opening = tokens[index - 1]
    if opening.type == "heading_open":
        return BlockKind.HEADING, int(opening.tag[1:])
    if opening.type == "paragraph_open" and index > 1:
        return (
            BlockKind.LIST_ITEM if tokens[index - 2].type == "list_item_open"
            else BlockKind.PARAGRAPH
        ), 0  # fmt: skip
    return BlockKind.PARAGRAPH, 0


def _plain(inline: Token) -> str:
    """Give the text of a paragraph without marks; line breaks in the source are spaces."""
    parts: list[str] = []
    for child in inline.children or ():
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
        elif child.type == "image":
            parts.append(child.content)
    return "".join(parts)
