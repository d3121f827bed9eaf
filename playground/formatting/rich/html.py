"""Rich HTML: the blocks of a rich message as JSON."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from playground.encoding import Json
from playground.formatting.rich.inline import (
    Reading,
    RichText,
    button,
    inline,
    plain,
    stripped,
)
from playground.formatting.rich.lists import labelled
from playground.formatting.rich.tree import BLOCKS, MEDIA, Node, parse_tree

MediaOf = Callable[[str, str], Json]
"""Gives the block of a file by its tag and its address."""
ALIGNED: Final = frozenset({"left", "center", "right"})
VERTICAL: Final = frozenset({"top", "middle", "bottom"})
MAP: Final = {"zoom": 15, "width": 600, "height": 400}
QUOTED: Final = "cite"
GALLERY: Final = MEDIA | {"figure"}


class _Blocks:
    def __init__(self, reading: Reading, media: MediaOf) -> None:
        self.reading = reading
        self.media = media
        self.makers: dict[str, Callable[[Node], Json]] = {
            "p": self.paragraph, "pre": self.pre, "footer": self.footer, "ul": self.listed,
            "ol": self.listed, "blockquote": self.quote, "aside": self.pullquote,
            "figure": self.figure, "tg-collage": self.gallery, "tg-slideshow": self.gallery,
            "table": self.table, "details": self.details, "tg-map": self.map,
            "tg-button-row": self.buttons, "tg-thinking": self.thinking,
        }  # fmt: skip

    def all(self, children: Sequence[Node | str]) -> list[Json]:
        """Give blocks; what stands between them are paragraphs."""
        made: list[Json] = []
        loose: list[Node | str] = []
        for child in children:
            if isinstance(child, Node) and self.is_block(child):
                made += self.loose(loose)
                loose = []
                made += self.all(child.children) if self.wraps(child) else [self.block(child)]
            else:
                loose.append(child)
        return made + self.loose(loose)

    def wraps(self, node: Node) -> bool:
        return node.tag == "p" and any(self.is_block(one) for one in node.nodes())

    def is_block(self, node: Node) -> bool:
        if node.tag == "img" and node.attributes.get("src", "").startswith("tg://emoji"):
            return False
        return node.tag in BLOCKS

    def loose(self, children: Sequence[Node | str]) -> list[Json]:
        solid = [one for one in children if not (isinstance(one, str) and not one.strip())]
        if solid and all(isinstance(one, Node) and _is_anchor(one) for one in solid):
            nodes = [one for one in solid if isinstance(one, Node)]
            return [{"type": "anchor", "name": node.attributes["name"]} for node in nodes]
        text = stripped(inline(children, self.reading))
        return [{"type": "paragraph", "text": text}] if text else []

    def block(self, node: Node) -> Json:
        if node.tag in MEDIA:
            return self.file(node)
        if node.tag[0] == "h" and node.tag[1:].isdigit():
            return {"type": "heading", "text": self.text(node), "size": int(node.tag[1:])}
        if node.tag == "hr":
            return {"type": "divider"}
        if node.tag == "tg-math-block":
            return {"type": "mathematical_expression", "expression": node.text().strip()}
        return self.makers[node.tag](node)

    def text(self, node: Node, *but: str) -> RichText:
        return stripped(inline(node.without(*but), self.reading))

    def paragraph(self, node: Node) -> Json:
        return {"type": "paragraph", "text": self.text(node)}

    def footer(self, node: Node) -> Json:
        return {"type": "footer", "text": self.text(node)}

    def thinking(self, node: Node) -> Json:
        return {"type": "thinking", "text": self.text(node)}

    def pre(self, node: Node) -> Json:
        code = node.first("code")
        quiet = Reading(finds=False)
        text = inline((code or node).children, quiet, raw=True)
        language = (code.attributes.get("class", "") if code else "").removeprefix("language-")
        made: Json = {"type": "pre", "text": text}
        return made | ({"language": language} if language else {})

    def credit(self, node: Node) -> Json:
        cite = node.first(QUOTED)
        return {"credit": self.text(cite)} if cite is not None else {}

    def quote(self, node: Node) -> Json:
        if node.flag("collapsed") or node.flag("expandable"):
            text = self.text(node, QUOTED)
            return {"type": "expandable_blockquote", "text": text} | self.credit(node)
        return {"type": "blockquote", "blocks": self.all(node.without(QUOTED))} | self.credit(node)

    def pullquote(self, node: Node) -> Json:
        return {"type": "pullquote", "text": self.text(node, QUOTED)} | self.credit(node)

    def listed(self, node: Node) -> Json:
        items = [self.item(one) for one in node.nodes() if one.tag == "li"]
        return {"type": "list", "items": labelled(node, items)}

    def item(self, node: Node) -> Json:
        box = node.first("input")
        made: Json = {"blocks": self.all(node.without("input"))}
        for name in ("value", "type"):
            if name in node.attributes:
                made[name] = node.attributes[name]
        if box is not None and box.attributes.get("type") == "checkbox":
            made |= {"has_checkbox": True} | ({"is_checked": True} if box.flag("checked") else {})
        return made

    def caption(self, node: Node) -> Json:
        found = node.first("figcaption")
        if found is None:
            return {}
        return {"caption": {"text": self.text(found, QUOTED)} | self.credit(found)}

    def figure(self, node: Node) -> Json:
        inner = next((one for one in node.nodes() if one.tag in MEDIA or one.tag == "tg-map"), None)
        if inner is None:
            return {"type": "paragraph", "text": self.text(node)}
        return self.block(inner) | self.caption(node)

    def file(self, node: Node) -> Json:
        made = self.media(node.tag, node.attributes.get("src", ""))
        hidden = node.flag("tg-spoiler") and made["type"] in {"photo", "video", "animation"}
        title = node.attributes.get("title", "")
        captioned: Json = {"caption": {"text": title}} if title else {}
        return made | ({"has_spoiler": True} if hidden else {}) | captioned

    def gallery(self, node: Node) -> Json:
        inner = [one for wrapper in node.nodes() if wrapper.tag == "p" for one in wrapper.nodes()]
        files = [one for one in [*node.nodes(), *inner] if one.tag in GALLERY]
        blocks = [self.block(one) for one in files]
        return {"type": node.tag.removeprefix("tg-"), "blocks": blocks} | self.caption(node)

    def details(self, node: Node) -> Json:
        summary = node.first("summary")
        made: Json = {
            "type": "details", "summary": self.text(summary) if summary is not None else "",
            "blocks": self.all(node.without("summary")),
        }  # fmt: skip
        return made | ({"is_open": True} if node.flag("open") else {})

    def map(self, node: Node) -> Json:
        given = node.attributes
        point = {"latitude": _number(given, "lat"), "longitude": _number(given, "long")}
        sizes = {name: int(_number(given, name) or usual) for name, usual in MAP.items()}
        return {"type": "map", "location": point} | sizes

    def buttons(self, node: Node) -> Json:
        row = [button(one, self.reading) for one in node.nodes() if one.tag == "tg-button"]
        align = node.attributes.get("align", "")
        return {"type": "buttons", "buttons": row} | ({"align": align} if align else {})

    def table(self, node: Node) -> Json:
        rows = [row for one in node.nodes() for row in (one.nodes() if _is_body(one) else [one])]
        cells = [
            [self.cell(cell) for cell in row.nodes() if cell.tag in {"td", "th"}]
            for row in rows if row.tag == "tr"
        ]  # fmt: skip
        made: Json = {"type": "table", "cells": cells}
        for name in ("bordered", "striped", "compact"):
            if node.flag(name):
                made[f"is_{name}"] = True
        caption = node.first("caption")
        return made | ({"caption": self.text(caption)} if caption is not None else {})

    def cell(self, node: Node) -> Json:
        align, valign = node.attributes.get("align", ""), node.attributes.get("valign", "")
        style = node.attributes.get("style", "").replace(" ", "").removeprefix("text-align:")
        align = align or style
        made: Json = {
            "align": align if align in ALIGNED else "left",
            "valign": valign if valign in VERTICAL else "top",
        }
        text = self.text(node)
        for name in ("colspan", "rowspan"):
            span = int(_number(node.attributes, name))
            made |= {name: span} if span > 1 else {}
        header: Json = {"is_header": True} if node.tag == "th" else {}
        return made | ({"text": text} if text else {}) | header


def _is_body(node: Node) -> bool:
    return node.tag in {"thead", "tbody", "tfoot"}


def _is_anchor(node: Node) -> bool:
    named = node.tag == "a" and "href" not in node.attributes and node.attributes.get("name")
    return bool(named) and not node.text().strip()


def _number(attributes: dict[str, Any], name: str) -> float:
    try:
        return float(attributes.get(name, 0))
    except ValueError:
        return 0.0


def references_in(node: Node) -> set[str]:
    """Name the texts in it that can be referred to."""
    own = {node.attributes.get("name", "")} if node.tag == "tg-reference" else set()
    return own.union(*(references_in(one) for one in node.nodes()))


def html_blocks(
    source: str, media: MediaOf, *, finds: bool = True, lenient: bool = False
) -> list[Json]:
    """Read rich HTML.

    Args:
        source: The HTML.
        media: Gives the block of a file by its tag and its address.
        finds: Whether links, mentions and the like are found in the text.
        lenient: Ignore unknown tags, as inside Markdown.

    Raises:
        Refusal: A tag is unknown or not closed, or a file is not there.
    """
    root = parse_tree(source, lenient=lenient)
    reading = Reading(finds=finds, references=references_in(root))
    blocks = _Blocks(reading, media).all(root.children)
    return [block for block in blocks if block["type"] != "paragraph" or plain(block["text"])]
