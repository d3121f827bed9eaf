"""What a person may always do with their own data, whether or not they are let in."""

from collections.abc import Mapping

import msgspec
from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton, Message

from handlers.callbacks import ForgetTap
from handlers.editing import close_panel
from handlers.filters import FromPerson
from handlers.i18n import Texts
from handlers.keyboards import button, rows
from handlers.parsing import dialogue_of
from handlers.plain_words import Says
from handlers.toasts import toast
from services.answering.commands import CommandKind
from services.answering.requests import Requests
from services.dialogue.ports import DialogueStore
from services.errors import DeadlineError
from services.people.models import Person
from services.people.personal_data import ExportPersonalData, ForgetPerson


def build_router() -> Router:
    """Take ``/mydata``, ``/forget``, ``/reset``, and the same in plain words."""
    router = Router(name="own_data")
    router.message.register(_mydata, FromPerson(), Command("mydata"))
    router.message.register(_forget, FromPerson(), Command("forget"))
    router.message.register(_reset, FromPerson(), Command("reset"))
    router.message.register(_mydata, FromPerson(), Says(CommandKind.MY_DATA))
    router.message.register(_forget, FromPerson(), Says(CommandKind.FORGET_ME))
    router.message.register(_reset, FromPerson(), Says(CommandKind.RESET))
    router.callback_query.register(_forget_tap, ForgetTap.filter())
    return router


async def refer_to_private(message: Message, bot: Bot, texts: Texts) -> None:
    """Ask the person to continue in private, with a button that leads there."""
    me = await bot.me()
    link = InlineKeyboardButton(
        text=texts.plain("private-only-button"), url=f"https://t.me/{me.username}"
    )
    await message.reply(texts("private-only"), reply_markup=rows([link]))


async def _mydata(
    message: Message,
    *,
    bot: Bot,
    person: Person,
    texts: Texts,
    export_personal_data: ExportPersonalData,
) -> None:
    if message.chat.type != ChatType.PRIVATE:
        await refer_to_private(message, bot, texts)
        return
    exported = await export_personal_data(person.user_id)
    if not any(exported.values()):
        await message.answer(texts("mydata-empty"))
        return
    document = msgspec.json.format(msgspec.json.encode(exported), indent=2)
    await message.answer_document(
        BufferedInputFile(document, "samovar-my-data.json"), caption=texts("mydata-caption")
    )


async def _forget(message: Message, *, bot: Bot, person: Person, texts: Texts) -> None:
    if message.chat.type != ChatType.PRIVATE:
        await refer_to_private(message, bot, texts)
        return
    yes, no = (ForgetTap(owner=person.user_id, sure=sure) for sure in (True, False))
    await message.answer(
        texts("forget-question", role=person.role.value),
        reply_markup=rows(
            [button(texts.plain("forget-yes"), yes)], [button(texts.plain("forget-no"), no)]
        ),
    )


async def _forget_tap(
    callback: CallbackQuery,
    *,
    callback_data: ForgetTap,
    person: Person,
    texts: Texts,
    forget_person: ForgetPerson,
) -> None:
    if callback_data.owner != person.user_id:
        await toast(callback, texts.plain("settings-not-yours"), alert=True)
    elif not callback_data.sure:
        await close_panel(callback, texts("forget-kept"))
    else:
        try:
            receipt = await forget_person(person.user_id)
        except DeadlineError:
            await close_panel(callback, texts("forget-unfinished"))
            return
        kept = len(await forget_person.kept(person.user_id))
        await close_panel(callback, receipt_text(receipt, texts, kept=kept))


def receipt_text(receipt: Mapping[str, int], texts: Texts, *, kept: int = 0) -> str:
    """Say what was erased, table by table, and what stays: hashes that name nobody."""
    counted = {table: count for table, count in receipt.items() if count}
    stays = [texts("forget-stays", count=kept)] if kept else []
    if not counted:
        return "\n\n".join([texts("forget-receipt-empty"), *stays])
    lines = "\n".join(f"• {_table(table, texts)}: {n}" for table, n in counted.items())
    done = texts("forget-receipt", rows=lines, total=sum(counted.values()))
    return "\n\n".join([done, *stays, texts("forget-backups")])


def _table(table: str, texts: Texts) -> str:
    key = f"forget-table-{table}"
    return texts.plain(key) if texts.has(key) else texts.plain("forget-table-other", table=table)


async def _reset(
    message: Message,
    *,
    bot: Bot,
    person: Person,
    texts: Texts,
    requests: Requests,
    dialogues: DialogueStore,
) -> None:
    dialogue = dialogue_of(message, person.user_id, bot_id=bot.id)
    cancelled = await requests.cancel(dialogue)
    known = await dialogues.reset(dialogue)
    await message.reply(texts("reset-done" if known or cancelled else "reset-empty"))
