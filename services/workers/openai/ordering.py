from collections.abc import Iterable
from typing import TypeVar

from services.workers.openai.client import nonsense

ItemT = TypeVar("ItemT")


def in_order(found: Iterable[tuple[int, ItemT]], wanted: int) -> tuple[ItemT, ...]:
    """Put numbered results into the order of the texts that they are for.

    Args:
        found: Each with the index of its text.
        wanted: Number of texts.

    Raises:
        UnavailableError: One is missing, there twice, or for no text.
    """
    items = list(found)
    by_index = dict(items)
    if len(items) != wanted or set(by_index) != set(range(wanted)):
        raise nonsense("another number of results than it got texts")
    return tuple(by_index[index] for index in range(wanted))
