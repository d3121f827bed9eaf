"""The pages of ``/memory``: a list, one memory, the question before all goes."""

from collections.abc import Sequence
from typing import Final

from aiogram.types import InlineKeyboardMarkup

from handlers.callbacks import MemoryAction, MemoryTap
from handlers.i18n import Markup, Texts, escape
from handlers.keyboards import button, column, rows
from services.memory.models import Memory
from services.memory.remembering import Remembered

PER_PAGE: Final = 8
_LABEL: Final = 40

Page = tuple[Markup, InlineKeyboardMarkup | None]


def list_page(
    memories: Sequence[Memory], owner: int, texts: Texts, *, on: bool, page: int = 0
) -> Page:
    """Show a page of what is remembered, a button for each, and the switch."""
    last = max(0, (len(memories) - 1) // PER_PAGE)
    page = min(max(0, page), last)
    shown = memories[page * PER_PAGE : (page + 1) * PER_PAGE]
    first = page * PER_PAGE + 1
    lines = [f"{n}. {_line(memory, texts)}" for n, memory in enumerate(shown, start=first)]
    title = texts("memory-title" if memories else "memory-empty", count=len(memories))
    state = "" if on else "\n\n" + texts("memory-is-off")
    html = Markup("\n\n".join([title, *(["\n".join(lines)] if lines else [])]) + state)
    one = [
        button(f"{n}. {_shortened(memory.text)}", _tap(owner, MemoryAction.ONE, memory.memory_id))
        for n, memory in enumerate(shown, start=first)
    ]
    turning = [
        button(sign, _tap(owner, MemoryAction.PAGE, to))
        for sign, to, there in (("‹", page - 1, page > 0), ("›", page + 1, page < last))
        if there
    ]
    switch = MemoryAction.OFF if on else MemoryAction.ON
    everything = [button(texts.plain("memory-button-all"), _tap(owner, MemoryAction.ALL))]
    return html, rows(
        *column(one),
        turning,
        everything if memories else [],
        [button(texts.plain(f"memory-button-{switch}"), _tap(owner, switch))],
        [button(texts.plain("memory-button-close"), _tap(owner, MemoryAction.CLOSE))],
    )


def one_page(memory: Memory, texts: Texts) -> Page:
    """Show one memory with what can be done to it."""
    owner = memory.place.user_id
    html = texts(
        "memory-one", text=memory.text, date=f"{memory.written_at:%Y-%m-%d}",
        origin=memory.origin.value,
    )  # fmt: skip
    edit, delete = (
        _tap(owner, action, memory.memory_id) for action in (MemoryAction.EDIT, MemoryAction.DELETE)
    )
    return html, rows(
        [
            button(texts.plain("memory-button-edit"), edit),
            button(texts.plain("memory-button-delete"), delete),
        ],
        [button(texts.plain("memory-button-back"), _tap(owner, MemoryAction.PAGE))],
    )


def sure_page(owner: int, count: int, texts: Texts) -> Page:
    """Ask before everything goes."""
    return texts("memory-all-question", count=count), rows(
        [button(texts.plain("memory-button-sure"), _tap(owner, MemoryAction.ALL_SURE))],
        [button(texts.plain("memory-button-back"), _tap(owner, MemoryAction.PAGE))],
    )


def group_page(owner: int, texts: Texts, *, on: bool, may_switch: bool) -> Page:
    """Tell in a group whether anything is remembered there; its admins may change that."""
    action = MemoryAction.GROUP_OFF if on else MemoryAction.GROUP_ON
    switch = button(texts.plain(f"memory-button-{action}"), _tap(owner, action))
    state = "on" if on else "off"
    return texts("memory-group", state=state), rows([switch]) if may_switch else None


def asked_first(owner: int, said: str, texts: Texts) -> Page:
    """Ask whether something may be remembered that shows health or belief."""
    yes, no = (_tap(owner, action) for action in (MemoryAction.YES, MemoryAction.NO))
    return texts("memory-ask", text=said), rows(
        [button(texts.plain("memory-button-yes"), yes), button(texts.plain("memory-button-no"), no)]
    )


def outcome_page(done: Remembered, owner: int, texts: Texts) -> Page:
    """Say in a line what came of a wish to remember, with a way back."""
    text = "" if done.memory is None else done.memory.text
    before = "; ".join(memory.text for memory in done.before)
    html = texts(f"memory-{done.outcome}", text=text, before=before)
    if done.memory is None:
        return html, None
    undo = _tap(owner, MemoryAction.UNDO, done.memory.memory_id)
    return html, rows([button(texts.plain("memory-button-undo"), undo)])


def _tap(owner: int, action: MemoryAction, value: int = 0) -> MemoryTap:
    return MemoryTap(owner=owner, action=action, value=value)


def _line(memory: Memory, texts: Texts) -> Markup:
    where = "" if memory.place.private else f" {texts('memory-from-group')}"
    return Markup(f"{escape(memory.text)}{where}")


def _shortened(text: str) -> str:
    return text if len(text) <= _LABEL else text[: _LABEL - 1].rstrip() + "…"
