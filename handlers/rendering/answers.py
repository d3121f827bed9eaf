"""An answer as messages: markers that open their sources, and the sources below."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import msgspec
from telegramify_markdown import convert
from telegramify_markdown.entity import MessageEntity as ConvertedEntity

from handlers.i18n import Texts
from handlers.rendering.clarifying import clarification
from handlers.rendering.direction import directed
from handlers.rendering.reading import how_read
from handlers.rendering.rich import RichText, Span, cleaned
from services.answering.models import Answer, Citation, Decision, RankedPassage, Writer

_MARKER: Final = re.compile(r"\[(\d{1,2})\]")
_FOREIGN_MARKER: Final = re.compile(
    r"[\[【]\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*[^\]】\d\n]{0,12}[\]】]"
)
_MARKDOWN: Final = re.compile(r"\*\*\S|__\S|`|^#{1,6} |^ {0,3}[*+] \S|^ {0,3}\|.*\|", re.MULTILINE)
_KEPT_STYLES: Final = frozenset(
    {"bold", "italic", "underline", "strikethrough", "code", "pre", "blockquote"}
)
_QUOTE_LENGTH: Final = 300
_TITLE_LENGTH: Final = 120
_MEMORY_LENGTH: Final = 300
_WITHOUT_SOURCES: Final = frozenset({Decision.SMALL_TALK, Decision.MEMORY, Decision.DIALOGUE})
_STAND_INS: Final = {
    Writer.SPARE_MODEL: "answer-by-spare-model",
    Writer.SOURCES_ALONE: "answer-by-sources-alone",
}


class Keyboard(StrEnum):
    """Which buttons a part of a reply carries."""

    NONE = "none"
    ANSWER = "answer"
    PERSONAL = "personal"
    """An answer in which something took part that is remembered of the person."""
    RETRY = "retry"
    RETRY_OR_WEB = "retry-or-web"
    BUSY = "busy"


class ReplyPart(msgspec.Struct, frozen=True):
    """One message of a reply, as it is stored until it is delivered.

    Attributes:
        choices: Questions for buttons of their own, in place of the keyboard.
        follow_ups: Subjects to go on with, on buttons below the keyboard.
    """

    html: str
    keyboard: Keyboard = Keyboard.NONE
    choices: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Link:
    """Something to open, named for people."""

    title: str
    url: str | None
    members_only: bool


def answer_parts(answer: Answer, texts: Texts) -> list[ReplyPart]:
    """Render an answer of any kind as messages that Telegram takes.

    Args:
        answer: What the pipeline gave.
        texts: In the language of the answer.
    """
    if answer.decision in _WITHOUT_SOURCES:
        return _plain_parts(answer, texts)
    if answer.choices:
        return [ReplyPart(clarification(answer, texts).html(), choices=answer.choices)]
    if answer.abstained:
        retry = Keyboard.RETRY_OR_WEB if answer.web_offered else Keyboard.RETRY
        return _parts(_note(answer, texts) + _abstention(answer, texts), retry)
    rich = body(answer.text, answer.citations) + _sources(answer, texts)
    rich = _note(answer, texts) + rich + _considered(answer.considered, texts)
    keyboard = Keyboard.PERSONAL if answer.considered else Keyboard.ANSWER
    *before, last = _parts(rich + _stand_in(answer.writer, texts), keyboard)
    return [*before, msgspec.structs.replace(last, follow_ups=answer.follow_ups)]


def _plain_parts(answer: Answer, texts: Texts) -> list[ReplyPart]:
    if answer.decision is Decision.SMALL_TALK:
        return [ReplyPart(texts(answer.text))]
    if answer.decision is Decision.MEMORY:
        return _parts(_remembered(answer.text, texts), Keyboard.NONE)
    return _parts(_earlier(answer.text, texts), Keyboard.NONE)


def stopped_parts(partial: str, texts: Texts) -> list[ReplyPart]:
    """Render what there was when the person pressed Stop, with a mark."""
    if not partial.strip():
        return [ReplyPart(texts("answer-stopped-empty"), Keyboard.RETRY)]
    mark = RichText(texts.plain("answer-stopped")).styled("italic")
    return _parts(body(partial, ()) + "\n\n" + mark, Keyboard.RETRY)


def body(text: str, citations: Sequence[Citation]) -> RichText:
    """Render the text of an answer: its Markdown as formatting, its markers as links.

    Links of the text itself are dropped, their words stay: only the evidence may be linked.
    """
    urls = {citation.n: safe_url(citation.url) for citation in citations}
    rich = _from_markdown(directed(cleaned(text)))
    links = tuple(
        Span("text_link", found.start(), found.end(), url)
        for found in _MARKER.finditer(rich.text)
        if (url := urls.get(int(found[1]))) is not None
    )
    blocked = [span for span in rich.spans if span.kind in {"code", "pre"}]
    free = (link for link in links if not any(_overlap(link, span) for span in blocked))
    return RichText(rich.text, (*rich.spans, *free))


def safe_url(url: str | None) -> str | None:
    """Let only web addresses through; a source may name any other scheme."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def _parts(rich: RichText, keyboard: Keyboard) -> list[ReplyPart]:
    # A message of nothing but white space would be refused.
    *before, last = rich.parts() or [RichText("…")]
    return [*(ReplyPart(part.html()) for part in before), ReplyPart(last.html(), keyboard)]


def _sources(answer: Answer, texts: Texts) -> RichText:
    if not answer.citations:
        return RichText()
    lines = RichText(texts.plain("answer-sources")).styled("bold")
    for citation in answer.citations:
        link = _Link(citation.title, citation.url, citation.members_only)
        # Lines of a source are headings and steps; run together they would read as one sentence.
        quote = _shortened(" · ".join(citation.quote.splitlines()), _QUOTE_LENGTH)
        lines += RichText(f"\n{citation.n}. ") + _named(link, citation.n, texts)
        if quote:
            quoted = RichText(texts.plain("answer-quote", quote=quote))
            lines += RichText("\n") + quoted.styled("italic")
    return RichText("\n\n") + lines.styled("expandable_blockquote")


def _note(answer: Answer, texts: Texts) -> RichText:
    """Say how the question was read, and where the answer comes from if it is not as usual."""
    key = "answer-from-web" if answer.decision is Decision.WEB else answer.note
    read = how_read(answer.query, texts)
    return read if key is None else read + RichText(texts.plain(key)).styled("italic") + "\n\n"


def _stand_in(writer: Writer, texts: Texts) -> RichText:
    if writer not in _STAND_INS:
        return RichText()
    return RichText("\n\n") + RichText(texts.plain(_STAND_INS[writer])).styled("italic")


def _considered(memories: Sequence[str], texts: Texts) -> RichText:
    if not memories:
        return RichText()
    said = "; ".join(f"«{_shortened(memory, _TITLE_LENGTH)}»" for memory in memories)
    line = RichText(texts.plain("memory-considered", memories=said)).styled("italic")
    return RichText("\n\n") + line


def _remembered(memories: str, texts: Texts) -> RichText:
    if not memories:
        return RichText(texts.plain("memory-nothing"))
    lines = [f"• {_shortened(line, _MEMORY_LENGTH)}" for line in memories.splitlines()]
    return RichText("\n".join([texts.plain("memory-you-said"), *lines]))


def _abstention(answer: Answer, texts: Texts) -> RichText:
    web = answer.decision is Decision.WEB
    rich = RichText(texts.plain("answer-web-abstained" if web else "answer-abstained"))
    links = [link for ranked in answer.offered if (link := _first_source(ranked)) is not None]
    if not links:
        return rich + "\n\n" + texts.plain("answer-rephrase")
    rich += RichText("\n\n" + texts.plain("answer-offered"))
    for n, link in enumerate(_unique(links), start=1):
        rich += RichText(f"\n{n}. ") + _named(link, n, texts)
    return rich + "\n\n" + texts.plain("answer-rephrase")


def _earlier(questions: str, texts: Texts) -> RichText:
    lines = [_shortened(line, _TITLE_LENGTH) for line in questions.splitlines() if line.strip()]
    if not lines:
        return RichText(texts.plain("dialogue-none"))
    return RichText("\n".join([texts.plain("dialogue-earlier"), *(f"• {line}" for line in lines)]))


def _first_source(ranked: RankedPassage) -> _Link | None:
    source = next(iter(ranked.passage.sources), None)
    if source is None:
        return None
    title = source.title or ranked.passage.title or _shortened(ranked.passage.text, 60)
    return _Link(title, source.url, source.members_only)


def _unique(links: Sequence[_Link]) -> Iterator[_Link]:
    """Name each document once, by its first place; its passages differ in the fragment alone."""
    first: dict[tuple[str, str], _Link] = {}
    for link in links:
        first.setdefault((link.title, (link.url or "").partition("#")[0]), link)
    yield from first.values()


def _named(link: _Link, n: int, texts: Texts) -> RichText:
    title = _shortened(link.title, _TITLE_LENGTH) or texts.plain("answer-untitled", n=n)
    named = RichText(title)
    url = safe_url(link.url)
    if url is not None:
        named = named.styled("text_link", url)
    if link.members_only:
        named += f" ({texts.plain('answer-members-only')})"
    return named


def _shortened(text: str, length: int) -> str:
    # A source may hold markers of its own; here they would look like ours.
    line = " ".join(_FOREIGN_MARKER.sub(" ", cleaned(text)).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _from_markdown(text: str) -> RichText:
    if not _MARKDOWN.search(text):
        return RichText(text)
    converted, entities = convert(text)
    offsets = _characters_by_unit(converted)
    return RichText(converted, tuple(_spans(entities, offsets)))


def _spans(entities: Sequence[ConvertedEntity], offsets: Sequence[int]) -> Iterator[Span]:
    for entity in entities:
        if entity.type in _KEPT_STYLES and entity.length > 0:
            start, end = offsets[entity.offset], offsets[entity.offset + entity.length]
            yield Span(entity.type, start, end, language=entity.language)


def _characters_by_unit(text: str) -> list[int]:
    """Map each UTF-16 offset to the character it lies in."""
    offsets: list[int] = []
    for position, character in enumerate(text):
        offsets.extend([position] * (2 if character > "\uffff" else 1))
    return [*offsets, len(text)]


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
