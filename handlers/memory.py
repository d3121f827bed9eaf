"""What the bot remembers of people: told, shown, changed and erased by who it is about."""

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, ForceReply, Message

from handlers.callbacks import MemoryAction, MemoryTap
from handlers.editing import close_panel, redraw
from handlers.filters import FromPerson
from handlers.i18n import Texts
from handlers.memory_pages import (
    Page,
    asked_first,
    group_page,
    list_page,
    one_page,
    outcome_page,
    sure_page,
)
from handlers.parsing import is_addressed, own_text_of, tapped_message
from handlers.plain_words import Says
from handlers.sources_rights import is_admin
from handlers.toasts import toast
from services.answering.commands import CommandKind, PlainCommand
from services.memory.models import Fact, Place
from services.memory.noticing import notice, only_tells
from services.memory.remembering import Memories, Outcome
from services.people.models import Person

_SHOWN_IN_PASSING = frozenset({Outcome.KEPT, Outcome.REPLACED})
_GROUP_SWITCHES = frozenset({MemoryAction.GROUP_ON, MemoryAction.GROUP_OFF})
_IN_PASSING = frozenset({MemoryAction.YES, MemoryAction.NO, MemoryAction.UNDO})


class EditMemory(StatesGroup):
    """A memory is being changed."""

    words = State()


class Tells(Filter):
    """A message to the bot with facts about its sender; gives them as ``facts``."""

    async def __call__(self, message: Message, bot: Bot) -> bool | dict[str, list[Fact]]:
        """Tell it by the person's own words."""
        me = await bot.me()
        if not message.text or message.text.startswith("/") or message.forward_origin is not None:
            return False
        if not is_addressed(message, me):
            return False
        facts = notice(own_text_of(message, me))
        return {"facts": facts} if facts else False


def build_router() -> Router:
    """Take ``/memory``, ``/remember``, the same in plain words, and facts said in passing."""
    router = Router(name="memory")
    router.message.register(_show, FromPerson(), Command("memory"))
    router.message.register(_show, FromPerson(), Says(CommandKind.SHOW_MEMORY))
    router.message.register(_remember, FromPerson(), Command("remember"))
    router.message.register(_remember_said, FromPerson(), Says(CommandKind.REMEMBER))
    router.message.register(_forget_said, FromPerson(), Says(CommandKind.FORGET))
    router.message.register(_edited, StateFilter(EditMemory.words), F.reply_to_message, F.text)
    router.message.register(_noticed, FromPerson(), Tells())
    router.callback_query.register(_switch_group, MemoryTap.filter(F.action.in_(_GROUP_SWITCHES)))
    router.callback_query.register(_in_passing, MemoryTap.filter(F.action.in_(_IN_PASSING)))
    router.callback_query.register(_edit, MemoryTap.filter(F.action == MemoryAction.EDIT))
    router.callback_query.register(_panel, MemoryTap.filter())
    return router


async def _show(
    message: Message, *, bot: Bot, person: Person, texts: Texts, memories: Memories
) -> None:
    if message.chat.type != ChatType.PRIVATE:
        on = await memories.is_on_in_group(message.chat.id)
        may_switch = await is_admin(bot, message.chat.id, person)
        html, keyboard = group_page(person.user_id, texts, on=on, may_switch=may_switch)
        await message.reply(html, reply_markup=keyboard)
        return
    html, keyboard = await _list(person, texts, memories)
    await message.answer(html, reply_markup=keyboard)


async def _remember(
    message: Message, *, command: CommandObject, person: Person, texts: Texts, memories: Memories
) -> None:
    if not command.args:
        await message.reply(texts("memory-remember-what"))
        return
    await _keep(message, command.args, person, texts, memories)


async def _remember_said(
    message: Message, *, plain_command: PlainCommand, person: Person, texts: Texts,
    memories: Memories,
) -> None:  # fmt: skip
    await _keep(message, plain_command.argument, person, texts, memories)


async def _keep(
    message: Message, said: str, person: Person, texts: Texts, memories: Memories
) -> None:
    done = await memories.remember(_place(message, person), said)
    html, keyboard = outcome_page(done, person.user_id, texts)
    await message.reply(html, reply_markup=keyboard)


async def _forget_said(
    message: Message, *, plain_command: PlainCommand, person: Person, texts: Texts,
    memories: Memories,
) -> None:  # fmt: skip
    gone = await memories.forget_about(_place(message, person), plain_command.argument)
    if gone:
        said = "; ".join(memory.text for memory in gone)
        await message.reply(texts("memory-forgotten", text=said))
    else:
        await message.reply(texts("memory-forget-what"))


async def _noticed(
    message: Message, *, bot: Bot, facts: list[Fact], person: Person, texts: Texts,
    memories: Memories,
) -> None:  # fmt: skip
    place = _place(message, person)
    on = await memories.is_on(place)
    for page in [await _told(place, fact, texts, memories) for fact in facts] if on else []:
        if page is not None:
            await message.reply(page[0], reply_markup=page[1], disable_notification=True)
    if not (on and only_tells(own_text_of(message, await bot.me()))):
        raise SkipHandler


async def _told(place: Place, fact: Fact, texts: Texts, memories: Memories) -> Page | None:
    """Remember a fact, or ask first; None where there is nothing to tell."""
    if fact.ask_first:
        known = {memory.text.casefold() for memory in await memories.known(place)}
        asks = fact.text.casefold() not in known
        return asked_first(place.user_id, fact.text, texts) if asks else None
    done = await memories.remember_fact(place, fact)
    shown = done.outcome in _SHOWN_IN_PASSING
    return outcome_page(done, place.user_id, texts) if shown else None


async def _in_passing(
    callback: CallbackQuery, *, bot: Bot, callback_data: MemoryTap, person: Person, texts: Texts,
    memories: Memories,
) -> None:  # fmt: skip
    if await _is_others(callback, callback_data, person, texts):
        return
    if callback_data.action is MemoryAction.UNDO:
        gone = await memories.take_back(person.user_id, callback_data.value)
        await close_panel(callback, texts("memory-undone" if gone else "memory-gone"))
        return
    if callback_data.action is MemoryAction.NO:
        await close_panel(callback, texts("memory-not-kept"))
        return
    message = tapped_message(callback)
    said = message.reply_to_message if message is not None else None
    # The words are taken from the person's own message: until the yes nothing is kept.
    words = own_text_of(said, await bot.me()) if said else ""
    facts = [fact for fact in notice(words) if fact.ask_first]
    if message is None or not facts:
        await close_panel(callback, texts("memory-say-again"))
        return
    done = [await memories.remember_fact(_place(message, person), fact) for fact in facts]
    await redraw(callback, *outcome_page(done[-1], person.user_id, texts))


async def _panel(
    callback: CallbackQuery, *, callback_data: MemoryTap, person: Person, texts: Texts,
    memories: Memories,
) -> None:  # fmt: skip
    if await _is_others(callback, callback_data, person, texts):
        return
    match callback_data.action:
        case MemoryAction.CLOSE:
            await close_panel(callback, texts("memory-closed"))
            return
        case MemoryAction.ALL:
            count = len(await memories.known_everywhere(person.user_id))
            await redraw(callback, *sure_page(person.user_id, count, texts))
            return
        case MemoryAction.ONE:
            memory = await memories.found(person.user_id, callback_data.value)
            if memory is not None:
                await redraw(callback, *one_page(memory, texts))
                return
        case _:
            await _change(callback_data, person, memories)
    page = callback_data.value if callback_data.action is MemoryAction.PAGE else 0
    await redraw(callback, *await _list(person, texts, memories, page=page))


async def _change(tap: MemoryTap, person: Person, memories: Memories) -> None:
    if tap.action is MemoryAction.DELETE:
        await memories.take_back(person.user_id, tap.value)
    elif tap.action is MemoryAction.ALL_SURE:
        await memories.forget_all(person.user_id)
    elif tap.action in {MemoryAction.ON, MemoryAction.OFF}:
        own = Place(user_id=person.user_id, chat_id=person.user_id)
        await memories.switch(own, on=tap.action is MemoryAction.ON)


async def _edit(
    callback: CallbackQuery, *, callback_data: MemoryTap, person: Person, texts: Texts,
    memories: Memories, state: FSMContext,
) -> None:  # fmt: skip
    if await _is_others(callback, callback_data, person, texts):
        return
    memory = await memories.found(person.user_id, callback_data.value)
    message = tapped_message(callback)
    if memory is None or message is None:
        await close_panel(callback, texts("memory-gone"))
        return
    await toast(callback)
    prompt = await message.answer(
        texts("memory-edit", text=memory.text), reply_markup=ForceReply(selective=True)
    )
    await state.set_state(EditMemory.words)
    await state.set_data({"memory": memory.memory_id, "prompt": prompt.message_id})


async def _edited(
    message: Message, *, person: Person, texts: Texts, memories: Memories, state: FSMContext
) -> None:
    form = await state.get_data()
    replied = message.reply_to_message
    if replied is None or replied.message_id != form.get("prompt"):
        raise SkipHandler
    await state.clear()
    done = await memories.edit(person.user_id, int(form["memory"]), message.text or "")
    if done.memory is None:
        html, keyboard = outcome_page(done, person.user_id, texts)
    else:
        html, keyboard = await _list(person, texts, memories)
    await message.answer(html, reply_markup=keyboard)


async def _switch_group(
    callback: CallbackQuery, *, bot: Bot, callback_data: MemoryTap, person: Person, texts: Texts,
    memories: Memories,
) -> None:  # fmt: skip
    message = tapped_message(callback)
    if message is None:
        await toast(callback, texts.plain("toast-stale"), alert=True)
        return
    if not await is_admin(bot, message.chat.id, person):
        await toast(callback, texts.plain("memory-admins-only"), alert=True)
        return
    on = callback_data.action is MemoryAction.GROUP_ON
    await memories.switch_group(message.chat.id, on=on)
    await redraw(callback, *group_page(callback_data.owner, texts, on=on, may_switch=True))


async def _list(person: Person, texts: Texts, memories: Memories, *, page: int = 0) -> Page:
    own = Place(user_id=person.user_id, chat_id=person.user_id)
    return list_page(
        await memories.known_everywhere(person.user_id), person.user_id, texts,
        on=await memories.is_on(own), page=page,
    )  # fmt: skip


async def _is_others(callback: CallbackQuery, tap: MemoryTap, person: Person, texts: Texts) -> bool:
    if tap.owner == person.user_id:
        return False
    await toast(callback, texts.plain("memory-not-yours"), alert=True)
    return True


def _place(message: Message, person: Person) -> Place:
    return Place(user_id=person.user_id, chat_id=message.chat.id)
