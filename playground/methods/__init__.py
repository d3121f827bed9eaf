"""The Bot API: one module per area, each with the methods it answers."""

from playground.methods import (
    albums,
    callbacks,
    chats,
    copying,
    editing,
    media,
    profile,
    reactions,
    sending,
    updates,
)
from playground.registry import Answer, Method, merged


def all_answers() -> dict[type[Method], Answer]:
    """Give the function for each method with state."""
    modules = (
        updates, profile, sending, media, albums, editing, copying, callbacks, reactions, chats,
    )  # fmt: skip
    return merged([module.area for module in modules])
