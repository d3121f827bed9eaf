"""``/sources``: what a chat has, and the buttons to look at it and to remove it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, Update

from handlers.callbacks import SourceTap
from handlers.editing import close_panel, redraw
from handlers.filters import FromPerson
from handlers.i18n import Texts
from handlers.parsing import tapped_message
from handlers.sources_pages import (
    PAGE,
    Overview,
    Page,
    document_page,
    documents_page,
    drop_page,
    file_page,
    outline_html,
    overview_page,
)
from handlers.sources_rights import is_admin
from handlers.toasts import toast
from services.errors import InvalidInputError, NotFoundError
from services.knowledge.chat_files import ChatFile, FileKey
from services.knowledge.chat_sources import ChatSources
from services.knowledge.models import DocumentId, LibraryId
from services.knowledge.source_lists import SourceLists
from services.people.models import Person, Role

_OUTLINE: Final = 12


def build_router() -> Router:
    """Take ``/sources`` and its buttons."""
    router = Router(name="sources")
    router.message.register(_open, FromPerson(), Command("sources"))
    router.callback_query.register(_tap, SourceTap.filter())
    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tap:
    """Who pressed (or wrote) what, where."""

    bot: Bot
    chat_id: int
    by: Person
    key: str
    page: int
    texts: Texts
    sources: ChatSources
    lists: SourceLists
    update_id: int = 0
    message_id: int = 0

    @property
    def private(self) -> bool:
        """The chat is one person's with the bot."""
        return self.chat_id > 0

    @property
    def document_id(self) -> DocumentId:
        """The key as the id that it should be."""
        if not self.key.isdecimal():
            msg = "not an id"
            raise InvalidInputError(msg)
        return DocumentId(int(self.key))

    async def may_change(self, sender: int | None = None) -> bool:
        """Tell whether the person may remove something here."""
        if self.private or sender == self.by.user_id:
            return True
        return await is_admin(self.bot, self.chat_id, self.by)


class _NotYoursError(Exception):
    """The person may look at the sources here, and no more."""


async def _open(
    message: Message,
    *,
    bot: Bot,
    person: Person,
    texts: Texts,
    chat_sources: ChatSources,
    source_lists: SourceLists,
) -> None:
    tap = _Tap(
        bot=bot, chat_id=message.chat.id, by=person, key="", page=0, texts=texts,
        sources=chat_sources, lists=source_lists,
    )  # fmt: skip
    html, keyboard = await _main(tap)
    await message.answer(html, reply_markup=keyboard)


async def _tap(
    callback: CallbackQuery,
    *,
    callback_data: SourceTap,
    bot: Bot,
    person: Person,
    texts: Texts,
    chat_sources: ChatSources,
    source_lists: SourceLists,
    event_update: Update,
) -> None:
    if callback_data.owner != person.user_id or callback.message is None:
        await toast(callback, texts.plain("settings-not-yours"), alert=True)
        return
    tap = _Tap(
        bot=bot, chat_id=callback.message.chat.id, by=person, key=callback_data.key,
        page=max(0, callback_data.page), texts=texts, sources=chat_sources, lists=source_lists,
        update_id=event_update.update_id, message_id=callback.message.message_id,
    )  # fmt: skip
    if callback_data.action == "close":
        await close_panel(callback, texts("source-closed"))
    elif callback_data.action == "what":
        await _what(callback, tap)
    else:
        await _act(callback, tap, callback_data.action)


async def _act(callback: CallbackQuery, tap: _Tap, action: str) -> None:
    act = _ACTIONS.get(action)
    if act is None:
        await toast(callback, tap.texts.plain("toast-stale"), alert=True)
        return
    try:
        html, keyboard = await act(tap)
    except _NotYoursError:
        await toast(callback, tap.texts.plain("source-not-yours"), alert=True)
    except NotFoundError:
        await close_panel(callback, tap.texts("source-gone-already"))
    else:
        await redraw(callback, html, keyboard)


async def _what(callback: CallbackQuery, tap: _Tap) -> None:
    """Send the outline of a file; the message with the buttons stays as it is."""
    await toast(callback)
    message = tapped_message(callback)
    if message is None:
        return
    try:
        file = await _file(tap)
    except NotFoundError:
        await message.answer(tap.texts("source-gone-already"))
        return
    outline = await tap.sources.store.outline(file.key, limit=_OUTLINE)
    await message.answer(outline_html(file, outline, tap.texts))


async def _main(tap: _Tap) -> Page:
    found = await tap.lists.of_chat(
        tap.chat_id, offset=tap.page * PAGE, limit=PAGE + 1,
        owners=tap.private and tap.by.role is Role.OWNER,
    )  # fmt: skip
    overview = Overview(
        files=found.files, page=tap.page, private=tap.private, live=found.live,
        entries=found.entries, owners=found.owners,
    )  # fmt: skip
    return overview_page(overview, tap.texts, owner=tap.by.user_id)


async def _file(tap: _Tap) -> ChatFile:
    """Read the file of a button, if it is one of this chat's.

    Raises:
        NotFoundError: It was removed, or is another chat's.
    """
    file = await tap.sources.find(FileKey(tap.key))
    if file.library != await tap.lists.chats.find(tap.chat_id):
        msg = "the file is in another chat"
        raise NotFoundError(msg)
    return file


async def _show(tap: _Tap) -> Page:
    return file_page(await _file(tap), tap.texts, owner=tap.by.user_id)


async def _ask_to_drop(tap: _Tap) -> Page:
    file = await _file(tap)
    if not await tap.may_change(file.user_id):
        raise _NotYoursError
    return drop_page(file, tap.texts, owner=tap.by.user_id)


async def _drop(tap: _Tap) -> Page:
    file = await _file(tap)
    if not await tap.may_change(file.user_id):
        raise _NotYoursError
    await tap.sources.remove(file.key)
    return tap.texts("source-dropped", name=file.name), None


async def _reread(tap: _Tap) -> Page:
    page = await _file(tap)
    if not await tap.may_change(page.user_id):
        raise _NotYoursError
    await tap.sources.reread(
        page, update_id=tap.update_id, message_id=tap.message_id, language=tap.texts.language
    )
    return tap.texts("source-rereading", name=page.name), None


def _documents(which: str) -> Callable[[_Tap], Awaitable[Page]]:
    async def page(tap: _Tap) -> Page:
        library = await _library(tap, which)
        found = await tap.lists.documents.listed(library, offset=tap.page * PAGE, limit=PAGE + 1)
        count = await tap.lists.documents.count(library)
        return documents_page(
            found, tap.texts, owner=tap.by.user_id, which=which, count=count, page=tap.page
        )

    return page


def _document(which: str) -> Callable[[_Tap], Awaitable[Page]]:
    async def page(tap: _Tap) -> Page:
        document = await tap.lists.document(await _library(tap, which), tap.document_id)
        return document_page(document, tap.texts, owner=tap.by.user_id, which=which, page=tap.page)

    return page


def _gone(which: str) -> Callable[[_Tap], Awaitable[Page]]:
    async def page(tap: _Tap) -> Page:
        library = await _library(tap, which)
        if which == "live" and not await tap.may_change():
            raise _NotYoursError
        await tap.lists.remove_document(library, tap.document_id)
        return tap.texts("source-document-removed"), None

    return page


async def _library(tap: _Tap, which: str) -> LibraryId:
    """Find the library of a list, if the person may see it.

    Raises:
        NotFoundError: There is none, or it is not theirs to look after.
    """
    if which == "owner":
        return tap.lists.owners_library(is_owner=tap.private and tap.by.role is Role.OWNER)
    library = await tap.lists.chats.find(tap.chat_id)
    if library is None:
        msg = "the chat has no library"
        raise NotFoundError(msg)
    return library


_ACTIONS: Final[dict[str, Callable[[_Tap], Awaitable[Page]]]] = {
    "main": _main,
    "file": _show,
    "drop": _ask_to_drop,
    "dropyes": _drop,
    "again": _reread,
    "docslive": _documents("live"),
    "docsowner": _documents("owner"),
    "doclive": _document("live"),
    "docowner": _document("owner"),
    "gonelive": _gone("live"),
    "goneowner": _gone("owner"),
}
