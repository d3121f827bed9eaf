"""Changes of what a group is called and what is allowed in it; bots and people use it alike."""

from aiogram.types import PhotoSize, User

from playground.life.attaching import photo_sizes
from playground.life.membership import service
from playground.life.views import announce
from playground.state.chats import Group
from playground.state.files import StoredFile
from playground.town import Town


def rename(town: Town, group: Group, actor: User, title: str) -> None:
    """Give a group another title; its members are told."""
    group.title = title
    service(town, group, actor, new_chat_title=title)
    announce(town, group.place)


def describe(town: Town, group: Group, text: str) -> None:
    """Describe a group anew."""
    group.description = text
    announce(town, group.place)


def permit(town: Town, group: Group, permissions: frozenset[str]) -> None:
    """Set what plain members may do."""
    group.permissions = permissions
    announce(town, group.place)


def portray(town: Town, group: Group, actor: User, stored: StoredFile | None) -> None:
    """Give a group another picture, or take it away; its members are told."""
    group.photo = stored.id if stored is not None else None
    if stored is None:
        service(town, group, actor, delete_chat_photo=True)
    else:
        sizes: list[PhotoSize] = photo_sizes(stored)
        service(town, group, actor, new_chat_photo=sizes)
    announce(town, group.place)


def link(town: Town, channel: Group, group: Group | None) -> None:
    """Discuss a channel's posts in a group, or nowhere; each has one other at most."""
    for one in (channel, group):
        before = town.chats.groups.get(one.linked) if one and one.linked else None
        if before is not None:
            before.linked = None
            announce(town, before.place)
    channel.linked = group.id if group is not None else None
    if group is not None:
        group.linked = channel.id
        announce(town, group.place)
    announce(town, channel.place)
