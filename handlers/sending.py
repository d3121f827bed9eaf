"""What a handler tells the outgoing limiter about the calls that it is about to make."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final


class DroppedError(Exception):
    """A droppable call was not made: there was no room for it, or the network failed."""


_droppable: Final[ContextVar[bool]] = ContextVar("droppable", default=False)


def may_be_dropped() -> bool:
    """Tell whether the call being made now is a droppable one."""
    return _droppable.get()


@contextmanager
def droppable() -> Iterator[None]:
    """Make calls that only please the eye: drafts, progress edits, "typing".

    Inside, a call that has no room under Telegram's limits is left out at once instead of
    waiting, never repeated, and the rest of the block is skipped quietly. The next one comes
    soon; only the final text must arrive, and that is sent outside of this block.
    """
    mark = _droppable.set(True)
    try:
        yield
    except DroppedError:
        pass
    finally:
        _droppable.reset(mark)
