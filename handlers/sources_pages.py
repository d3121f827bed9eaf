"""What ``/sources`` shows, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks import SourceTap
from handlers.i18n import Markup, Texts
from handlers.keyboards import button, column, rows
from services.knowledge.chat_files import ChatFile, FileState
from services.knowledge.listing import ListedDocument

PAGE: Final = 8
_LABEL: Final = 32
_OUTLINE_LINE: Final = 120

Page = tuple[Markup, InlineKeyboardMarkup | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a chat has.

    Attributes:
        files: Those of this page and one more when there is a next page.
        page: From 0.
        private: It is the chat of one person with the bot.
        live: Whether the live source is on, and for how many days; None: there never was one.
        entries: How many documents came from the live source.
        owners: How many the owner's library has; None: it is not this person's to see.
    """

    files: Sequence[ChatFile]
    page: int
    private: bool
    live: tuple[bool, int] | None = None
    entries: int = 0
    owners: int | None = None


def overview_page(overview: Overview, texts: Texts, *, owner: int) -> Page:
    """Show the files and the ways to everything else."""
    shown = overview.files[:PAGE]
    lines = [_line(file, texts) for file in shown]
    if overview.live is not None:
        on, days = overview.live
        lines.append(texts("source-list-live", state="on" if on else "off", days=days))
    if lines:
        html = texts("source-list", rows=Markup("\n".join(lines)))
    else:
        html = texts("source-list-empty", private="yes" if overview.private else "no")
    files = [
        button(_label(file.name), SourceTap(owner=owner, action="file", key=file.key))
        for file in shown
    ]
    return html, rows(
        *column(files),
        _turning("main", overview.page, more=len(overview.files) > PAGE, owner=owner, texts=texts),
        *column(_libraries(overview, texts, owner=owner)),
        [button(texts.plain("source-button-close"), SourceTap(owner=owner, action="close"))],
    )


def file_page(file: ChatFile, texts: Texts, *, owner: int) -> Page:
    """Show one file."""
    html = texts("source-page", name=file.name, date=_day(file.added_at), count=file.passages)
    if file.address is not None:
        html = Markup(f"{html}\n{texts('source-document-link', url=file.address)}")
    what, drop, again, back = (
        button(texts.plain(f"source-button-{label}"),
               SourceTap(owner=owner, action=action, key=key))
        for label, action, key in (
            ("what", "what", file.key), ("remove", "drop", file.key),
            ("reread", "again", file.key), ("back", "main", ""),
        )
    )  # fmt: skip
    return html, rows([what, drop], [again] if file.address is not None else [], [back])


def drop_page(file: ChatFile, texts: Texts, *, owner: int) -> Page:
    """Ask before a file is removed."""
    yes, no = (
        button(texts.plain(f"source-drop-{label}"),
               SourceTap(owner=owner, action=action, key=file.key))
        for label, action in (("yes", "dropyes"), ("no", "file"))
    )  # fmt: skip
    return texts("source-drop-question", name=file.name), rows([yes], [no])


def documents_page(
    documents: Sequence[ListedDocument], texts: Texts, *, owner: int, which: str, count: int,
    page: int,
) -> Page:  # fmt: skip
    """List documents one by one, the newest first.

    Args:
        documents: Those of this page and one more when there is a next page.
        texts: The person's.
        owner: Who opened the panel.
        which: ``live`` or ``owner``.
        count: Of all documents.
        page: From 0.
    """
    html = texts("source-documents", count=count) if count else texts("source-documents-empty")
    buttons = [
        button(
            _label(one.title or one.source),
            SourceTap(owner=owner, action=f"doc{which}", key=str(one.document_id), page=page),
        )
        for one in documents[:PAGE]
    ]
    back = button(texts.plain("source-button-back"), SourceTap(owner=owner, action="main"))
    more = len(documents) > PAGE
    return html, rows(
        *column(buttons), _turning(f"docs{which}", page, more=more, owner=owner, texts=texts),
        [back],
    )  # fmt: skip


def document_page(
    document: ListedDocument, texts: Texts, *, owner: int, which: str, page: int
) -> Page:
    """Show one document, with the button that says it is gone."""
    date = "" if document.posted_at is None else _day(document.posted_at)
    html = texts(
        "source-document", title=document.title or document.source, date=date or "—",
        count=document.passages,
    )  # fmt: skip
    if document.url and document.url.startswith(("https://", "http://")):
        html = Markup(f"{html}\n{texts('source-document-link', url=document.url)}")
    gone = SourceTap(owner=owner, action=f"gone{which}", key=str(document.document_id))
    back = SourceTap(owner=owner, action=f"docs{which}", page=page)
    return html, rows(
        [button(texts.plain("source-button-gone"), gone)],
        [button(texts.plain("source-button-back"), back)],
    )


def outline_html(file: ChatFile, outline: Sequence[str], texts: Texts) -> Markup:
    """Say what is in a file."""
    if not outline:
        return texts("source-outline-later")
    lines = [texts("source-outline-line", text=_short(line)) for line in outline]
    return texts("source-outline", name=file.name, rows=Markup("\n".join(lines)))


def _line(file: ChatFile, texts: Texts) -> Markup:
    return texts(
        "source-list-line", name=file.name, date=_day(file.added_at), count=file.passages,
        state=FileState(file.state).value,
    )  # fmt: skip


def _libraries(overview: Overview, texts: Texts, *, owner: int) -> list[InlineKeyboardButton]:
    found: list[InlineKeyboardButton] = []
    if overview.live is not None:
        label = texts.plain("source-button-documents-live", count=overview.entries)
        found.append(button(label, SourceTap(owner=owner, action="docslive")))
    if overview.owners is not None:
        label = texts.plain("source-button-documents-owner", count=overview.owners)
        found.append(button(label, SourceTap(owner=owner, action="docsowner")))
    return found


def _turning(
    action: str, page: int, *, more: bool, owner: int, texts: Texts
) -> list[InlineKeyboardButton]:
    found: list[InlineKeyboardButton] = []
    if page > 0:
        newer = SourceTap(owner=owner, action=action, page=page - 1)
        found.append(button(texts.plain("source-button-newer"), newer))
    if more:
        older = SourceTap(owner=owner, action=action, page=page + 1)
        found.append(button(texts.plain("source-button-older"), older))
    return found


def _label(text: str) -> str:
    line = " ".join(text.split()) or "—"
    return line if len(line) <= _LABEL else f"{line[: _LABEL - 1]}…"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _OUTLINE_LINE else f"{line[: _OUTLINE_LINE - 1]}…"


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
