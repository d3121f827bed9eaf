"""Rich HTML as a tree of tags."""

from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Final

from playground.formatting.html import fail

INLINE: Final = frozenset({
    "a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "mark", "sub", "sup",
    "tg-spoiler", "span", "tg-reference", "tg-emoji", "tg-time", "tg-math", "tg-button", "br",
})  # fmt: skip
MEDIA: Final = frozenset({"img", "video", "audio", "tg-document"})
BLOCKS: Final = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "footer", "hr", "ul", "ol", "blockquote",
    "aside", "figure", "tg-map", "tg-collage", "tg-slideshow", "table", "details",
    "tg-math-block", "tg-button-row", "tg-thinking", *MEDIA,
})  # fmt: skip
PARTS: Final = frozenset({
    "li", "input", "cite", "figcaption", "tr", "td", "th", "caption", "summary", "thead", "tbody",
    "tfoot",
})  # fmt: skip
KNOWN: Final = INLINE | BLOCKS | PARTS
VOID: Final = frozenset({"br", "hr", "img", "input", "tg-map"})
RAW: Final = frozenset({"tg-math", "tg-math-block"})


@dataclass(slots=True)
class Node:
    """A tag with what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def text(self) -> str:
        """Give all text in it, as it stands."""
        return "".join(one if isinstance(one, str) else one.text() for one in self.children)

    def first(self, *tags: str) -> "Node | None":
        """Give its first child with one of these tags."""
        return next((one for one in self.nodes() if one.tag in tags), None)

    def nodes(self) -> list["Node"]:
        """Give the tags in it."""
        return [one for one in self.children if isinstance(one, Node)]

    def without(self, *tags: str) -> list["Node | str"]:
        """Give what is in it, but for these tags."""
        return [one for one in self.children if isinstance(one, str) or one.tag not in tags]

    def flag(self, name: str) -> bool:
        """Whether an attribute is there."""
        return name in self.attributes


class _Builder(HTMLParser):
    def __init__(self, source: str, *, lenient: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.source = source
        self.root = Node("")
        self.open = [self.root]
        self.lenient = lenient

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs, closed=tag in VOID)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs, closed=True)

    def _start(self, tag: str, attrs: list[tuple[str, str | None]], *, closed: bool) -> None:
        if tag not in KNOWN:
            if not self.lenient:
                fail(f'Unsupported start tag "{tag}" at byte offset {self._byte()}')
            return
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if not closed:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag not in KNOWN:
            return
        names = [node.tag for node in self.open]
        if tag not in names:
            if not self.lenient:
                fail(f"Unexpected end tag at byte offset {self._byte()}")
            return
        if names[-1] != tag and not self.lenient:
            fail(
                f"Unmatched end tag at byte offset {self._byte()}, expected"
                f' "</{names[-1]}>", found "</{tag}>"'
            )
        del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_entityref(self, name: str) -> None:
        self.open[-1].children.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.open[-1].children.append(unescape(f"&#{name};"))

    def _byte(self) -> int:
        line, column = self.getpos()
        lines = self.source.split("\n")
        before = [*lines[: line - 1], lines[line - 1][:column]]
        return len("\n".join(before).encode())


def parse_tree(source: str, *, lenient: bool = False) -> Node:
    """Read HTML.

    Args:
        source: The HTML.
        lenient: Ignore tags that are unknown or left open, as inside Markdown.

    Raises:
        Refusal: A tag is unknown, or has no end.
    """
    builder = _Builder(source, lenient=lenient)
    builder.feed(source)
    builder.close()
    if len(builder.open) > 1 and not lenient:
        last = builder.open[-1].tag
        fail(f'Can\'t find end tag corresponding to start tag "{last}"')
    return builder.root
