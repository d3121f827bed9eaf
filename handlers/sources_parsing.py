"""Messages with files and addresses of pages to our values."""

import re
from typing import Final

from aiogram.enums import ChatType, MessageEntityType
from aiogram.types import Chat, Document, Message, User

from handlers.parsing import question_of, thread_of
from services.knowledge.chat_sources import SentFile
from services.knowledge.file_names import clean_name
from services.knowledge.page_wishes import addresses_in, page_name

_ASKS: Final = re.compile(
    r"[?؟]|^\W*(?:что|кто|как|где|когда|куда|откуда|почему|зачем|сколько|как(?:ой|ая|ое|ие)|чей|"
    r"о\s+ч[её]м|расскажи|найди|объясни|перескажи|what|who|how|where|when|why|which|whose|is|are|"
    r"does|do|can|tell|find|explain|summari[sz]e)\b",
    re.IGNORECASE,
)
_SUPERGROUP: Final = -1_000_000_000_000
_LONGEST_QUESTION: Final = 1000


def sent_file(
    message: Message, document: Document, *, bot_id: int, update_id: int, user_id: int,
    question: str, language: str,
) -> SentFile:  # fmt: skip
    """Make our value of a document in a message."""
    chat = message.chat
    private = chat.type == ChatType.PRIVATE
    return SentFile(
        bot_id=bot_id, update_id=update_id, chat_id=chat.id, thread_id=thread_of(message),
        user_id=user_id, private=private, message_id=message.message_id,
        title=chat.title or "", file_id=document.file_id,
        name=clean_name(document.file_name or "file.txt"), size=document.file_size or 0,
        question=question if asks(question) else "", language=language,
        url=None if private else message_link(chat, message.message_id),
    )  # fmt: skip


def sent_page(
    message: Message, address: str, *, bot_id: int, update_id: int, user_id: int, language: str
) -> SentFile:
    """Make our value of a page that a message names."""
    chat = message.chat
    private = chat.type == ChatType.PRIVATE
    return SentFile(
        bot_id=bot_id, update_id=update_id, chat_id=chat.id, thread_id=thread_of(message),
        user_id=user_id, private=private, message_id=message.message_id,
        title=chat.title or "", file_id="", name=page_name(address), size=0, question="",
        language=language, url=None if private else message_link(chat, message.message_id),
        address=address,
    )  # fmt: skip


def linked_pages(message: Message) -> list[str]:
    """List the pages that a message names, in its words or behind them; each once."""
    hidden = [
        entity.url or ""
        for entity in message.entities or message.caption_entities or ()
        if entity.type == MessageEntityType.TEXT_LINK
    ]
    text = "\n".join((message.text or message.caption or "", *hidden))
    return addresses_in(text)


def caption_question(message: Message, me: User) -> str:
    """Give the caption without the mention of the bot; the replied message is not looked at."""
    alone = message.model_copy(update={"reply_to_message": None})
    return question_of(alone, me)[:_LONGEST_QUESTION]


def asks(text: str) -> bool:
    """Tell whether a caption asks something, instead of saying what the file is."""
    return _ASKS.search(text) is not None


def message_link(chat: Chat, message_id: int) -> str | None:
    """Give the address of a message; None: messages of such a chat have none."""
    if chat.username:
        return f"https://t.me/{chat.username}/{message_id}"
    if chat.id > _SUPERGROUP:
        return None
    return f"https://t.me/c/{_SUPERGROUP - chat.id}/{message_id}"
