"""The Bot API: one module per area, each with the methods it answers."""

from typing import Final

from playground.methods import (
    albums,
    callbacks,
    chats,
    copying,
    deleting,
    editing,
    ephemeral,
    faces,
    games,
    inline,
    invites,
    joins,
    media,
    members,
    menus,
    paid,
    pins,
    places,
    polls,
    profile,
    reactions,
    rich,
    sending,
    settings,
    stickers,
    topics,
    updates,
    webapps,
)
from playground.registry import Answer, Area, Method, merged

MODULES: Final = (
    updates, polls, profile, sending, media, albums, editing, copying, callbacks, reactions, chats,
    inline, topics, webapps, deleting, ephemeral, places, rich, members, invites, joins, pins,
    settings,
    paid, stickers,
    menus, faces, games,
)  # fmt: skip


def all_areas() -> dict[str, Area]:
    """Give the areas by what their modules say of themselves."""
    return {
        (module.__doc__ or "").strip().split("\n")[0].rstrip("."): module.area for module in MODULES
    }


def all_answers() -> dict[type[Method], Answer]:
    """Give the function for each method with state."""
    return merged([module.area for module in MODULES])
