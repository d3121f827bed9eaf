"""What is in a line of rich text: the ``RichText`` of the Bot API as JSON."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playground.encoding import Json
from playground.formatting.found import found_entities
from playground.formatting.html import USER_LINK, normal_url
from playground.formatting.rich.tree import Node
from playground.formatting.utf16 import cut, width

RichText = str | Json | list[Any]
STYLES: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "code": "code", "mark": "marked", "sub": "subscript", "sup": "superscript",
    "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
FOUND: Final = {
    "url": "url", "email": "email_address", "mention": "mention", "hashtag": "hashtag",
    "cashtag": "cashtag", "bot_command": "bot_command",
}  # fmt: skip
VALUE: Final = {"mention": "username"}
SPACE: Final = re.compile(r"[ \t\n\r\f]+")
SCHEMES: Final = {"mailto": "email_address", "tel": "phone_number"}
EMOJI_LINK: Final = "tg://emoji?id="
BUTTON_VALUES: Final = ("data", "url", "text", "query")


@dataclass(slots=True)
class Reading:
    """How a text is read.

    Attributes:
        finds: Whether links, mentions and the like are found in it.
        references: The names of texts that can be referred to.
    """

    finds: bool = True
    references: set[str] = field(default_factory=set)


def joined(parts: Iterable[RichText]) -> RichText:
    """Put texts together: neighbouring strings into one, one part as it is."""
    result: list[Any] = []
    for part in parts:
        for one in part if isinstance(part, list) else [part]:
            if isinstance(one, str) and result and isinstance(result[-1], str):
                result[-1] += one
            elif one != "":
                result.append(one)
    if not result:
        return ""
    return result[0] if len(result) == 1 else result


def inline(children: Sequence[Node | str], reading: Reading, *, raw: bool = False) -> RichText:
    """Give the text of some children of a tag; white space is folded unless ``raw``."""
    parts: list[RichText] = []
    for child in children:
        if isinstance(child, str):
            text = child if raw else SPACE.sub(" ", child)
            parts.append(found(text) if reading.finds and not raw else text)
        else:
            parts.append(_tag(child, reading, raw=raw))
    return joined(parts)


def found(text: str) -> RichText:
    """Give a text with the links, mentions and the like in it."""
    parts: list[RichText] = []
    at = 0
    for entity in found_entities(text):
        kind = FOUND.get(entity.type)
        if kind is None or entity.offset < at:
            continue
        parts.append(cut(text, at, entity.offset - at))
        covered = cut(text, entity.offset, entity.length)
        name = VALUE.get(kind, kind)
        value = covered[1:] if kind in {"mention", "hashtag", "cashtag"} else covered
        parts.append({"type": kind, "text": covered, name: value})
        at = entity.offset + entity.length
    parts.append(cut(text, at, width(text) - at))
    return joined(parts)


def _tag(node: Node, reading: Reading, *, raw: bool) -> RichText:
    match node.tag:
        case "br":
            made: RichText = "\n"
        case "tg-math":
            made = {"type": "mathematical_expression", "expression": node.text().strip()}
        case "a":
            made = _link(node, reading, raw=raw)
        case "tg-button":
            made = {"type": "button", "button": button(node, reading)}
        case "tg-emoji" | "img":
            made = _emoji(node)
        case _:
            made = _styled(node, reading, raw=raw)
    return made


def _styled(node: Node, reading: Reading, *, raw: bool) -> RichText:
    quiet = Reading(finds=False, references=reading.references) if node.tag == "code" else reading
    text = inline(node.children, quiet, raw=raw)
    if node.tag in STYLES:
        return {"type": STYLES[node.tag], "text": text} if text else ""
    return _special(node, text)


def _special(node: Node, text: RichText) -> RichText:
    if node.tag == "tg-reference":
        return {"type": "reference", "text": text, "name": node.attributes.get("name", "")}
    if node.tag == "tg-time" and node.attributes.get("unix", "").isdigit():
        return {
            "type": "date_time", "text": text, "unix_time": int(node.attributes["unix"]),
            "date_time_format": node.attributes.get("format", ""),
        }  # fmt: skip
    return text


def _emoji(node: Node) -> RichText:
    if node.tag == "img":
        source, instead = node.attributes.get("src", ""), node.attributes.get("alt", "")
        number = source.removeprefix(EMOJI_LINK)
    else:
        number, instead = node.attributes.get("emoji-id", ""), node.text()
    if not number.isdigit():
        return instead
    return {"type": "custom_emoji", "custom_emoji_id": number, "alternative_text": instead}


def _link(node: Node, reading: Reading, *, raw: bool) -> RichText:
    if "href" not in node.attributes:
        name = node.attributes.get("name", "")
        anchor: list[Any] = [{"type": "anchor", "name": name}] if name else []
        return joined([*anchor, inline(node.children, reading, raw=raw)])
    quiet = Reading(finds=False, references=reading.references)
    text = inline(node.children, quiet, raw=raw)
    return linked(node.attributes["href"], text, reading) if text else ""


def linked(address: str, text: RichText, reading: Reading) -> RichText:
    """Give a text with what its address makes of it; plain where nothing is linked to."""
    if address.startswith("#"):
        kind = "reference" if address[1:] in reading.references else "anchor"
        return {"type": f"{kind}_link", "text": text, f"{kind}_name": address[1:]}
    scheme, _, rest = address.partition(":")
    if scheme in SCHEMES:
        kind = SCHEMES[scheme]
        return {"type": kind, "text": text, kind: rest}
    if person := USER_LINK.match(address):
        user = {"id": int(person[1]), "is_bot": False, "first_name": ""}
        return {"type": "text_mention", "text": text, "user": user}
    url = normal_url(address)
    return {"type": "url", "text": text, "url": url} if url else text


def button(node: Node, reading: Reading) -> Json:
    """Give a button of a ``tg-button``."""
    quiet = Reading(finds=False, references=reading.references)
    kind = node.attributes.get("type", "")
    value: Any = next(
        (node.attributes[name] for name in (kind, *BUTTON_VALUES) if name in node.attributes), ""
    )
    made: Json = {"text": inline(node.children, quiet)}
    if kind in {"web_app", "login_url"}:
        value = {"url": value}
    if kind == "copy_text":
        value = {"text": value}
    if kind and kind != "disabled":
        made[kind] = value
    if kind == "disabled" or node.flag("disabled"):
        made["disabled"] = {}
    if node.attributes.get("style"):
        made["style"] = node.attributes["style"]
    return made


def stripped(text: RichText) -> RichText:
    """Cut white space from both ends of a text."""
    parts = list(text) if isinstance(text, list) else [text]
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return joined(parts)


def plain(text: RichText | None) -> str:
    """Give the letters of a text."""
    if text is None or isinstance(text, str):
        return text or ""
    if isinstance(text, list):
        return "".join(plain(part) for part in text)
    if text["type"] == "button":
        return plain(text["button"].get("text"))
    value = text.get("text", text.get("alternative_text", text.get("expression", "")))
    return plain(value)
