"""What people add to the sources: files that they send, pages that they name, ``/add``."""

from dataclasses import dataclass

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, Filter
from aiogram.types import Document, Message, Update

from handlers.filters import Addressed, FromPerson
from handlers.i18n import Texts
from handlers.parsing import GROUPS, own_text_of
from handlers.sources_parsing import asks, caption_question, linked_pages, sent_file, sent_page
from handlers.sources_rights import is_admin
from handlers.sources_sentences import refusal_sentence
from handlers.vocatives import Vocatives
from services.errors import BusyError
from services.knowledge.chat_files import FileRefusedError
from services.knowledge.chat_sources import ChatSources, SentFile
from services.knowledge.page_wishes import page_address, wants_page
from services.people.models import Person


class _WantsPage(Filter):
    """A message that says that a page is to be among the sources, and nothing else."""

    async def __call__(self, message: Message, bot: Bot, vocatives: Vocatives) -> bool:
        """Tell it by the person's own words."""
        return wants_page(vocatives.without(own_text_of(message, await bot.me())))


def build_router() -> Router:
    """Take files, pages and ``/add``."""
    router = Router(name="sources_adding")
    router.message.register(_add, FromPerson(), Command("add"), flags={"asks": True})
    router.message.register(
        _take, FromPerson(), F.document, ~F.animation, Addressed(), flags={"asks": True}
    )
    router.message.register(
        _add_said, FromPerson(), F.text, Addressed(), _WantsPage(), flags={"asks": True}
    )
    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class _Adding:
    """Who adds something by which message, and to what."""

    message: Message
    bot: Bot
    person: Person
    texts: Texts
    sources: ChatSources
    update_id: int

    async def is_allowed(self) -> bool:
        """Tell whether the person may add sources here."""
        chat = self.message.chat
        if chat.type not in GROUPS or self.sources.members_add:
            return True
        return await is_admin(self.bot, chat.id, self.person)

    async def file(self, source: Message, document: Document, *, question: str = "") -> None:
        """Accept a file that somebody sent."""
        await self._accept(
            sent_file(
                source, document, bot_id=self.bot.id, update_id=self.update_id,
                user_id=self.person.user_id, question=question, language=self.texts.language,
            )
        )  # fmt: skip

    async def page(self, address: str) -> None:
        """Accept a page."""
        await self._accept(
            sent_page(
                self.message, address, bot_id=self.bot.id, update_id=self.update_id,
                user_id=self.person.user_id, language=self.texts.language,
            )
        )  # fmt: skip

    async def _accept(self, sent: SentFile) -> None:
        try:
            await self.sources.accept(sent)
        except FileRefusedError as error:
            await self.message.reply(refusal_sentence(error, sent.name, self.texts))
        except BusyError:
            await self.message.reply(self.texts("source-too-many-waiting"))


async def _take(
    message: Message,
    *,
    bot: Bot,
    person: Person,
    texts: Texts,
    chat_sources: ChatSources,
    event_update: Update,
) -> None:
    if message.document is None:
        raise SkipHandler
    adding = _Adding(
        message=message, bot=bot, person=person, texts=texts, sources=chat_sources,
        update_id=event_update.update_id,
    )  # fmt: skip
    question = caption_question(message, await bot.me())
    if await adding.is_allowed():
        await adding.file(message, message.document, question=question)
    elif asks(question):
        raise SkipHandler
    else:
        await message.reply(texts("source-admins-only"))


async def _add(
    message: Message,
    *,
    bot: Bot,
    command: CommandObject,
    person: Person,
    texts: Texts,
    chat_sources: ChatSources,
    event_update: Update,
) -> None:
    adding = _Adding(
        message=message, bot=bot, person=person, texts=texts, sources=chat_sources,
        update_id=event_update.update_id,
    )  # fmt: skip
    source = message if message.document is not None else message.reply_to_message
    typed = (command.args or "").strip()
    if source is not None and source.document is not None and not typed:
        if await adding.is_allowed():
            await adding.file(source, source.document)
        else:
            await message.reply(texts("source-admins-only"))
        return
    pages = linked_pages(message) or [
        one for one in [page_address(typed)] if one is not None
    ]  # fmt: skip
    if not typed and source is not None:
        pages = pages or linked_pages(source)
    if pages:
        await _add_pages(adding, pages)
    elif typed:
        await message.reply(texts("source-page-address"))
    else:
        private = message.chat.type == ChatType.PRIVATE
        await message.reply(texts("source-add-how-private" if private else "source-add-how"))


async def _add_said(
    message: Message,
    *,
    bot: Bot,
    person: Person,
    texts: Texts,
    chat_sources: ChatSources,
    event_update: Update,
) -> None:
    adding = _Adding(
        message=message, bot=bot, person=person, texts=texts, sources=chat_sources,
        update_id=event_update.update_id,
    )  # fmt: skip
    pages = linked_pages(message)
    if pages:
        await _add_pages(adding, pages)
    else:
        await message.reply(texts("source-page-address"))


async def _add_pages(adding: _Adding, pages: list[str]) -> None:
    if not await adding.is_allowed():
        await adding.message.reply(adding.texts("source-admins-only-page"))
    elif len(pages) > 1:
        await adding.message.reply(adding.texts("source-page-one"))
    else:
        await adding.page(pages[0])
