from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from aiogram.types import Chat, ChatInviteLink, User

from playground.refusals import SimError, bad_request
from playground.state.members import DEFAULT_PERMISSIONS, Member
from playground.state.places import Place

ChatKind = Literal["group", "supergroup", "channel"]
FIRST_GROUP = -1_002_000_000_001


@dataclass(slots=True)
class PrivateChat:
    """One person's chat with one bot."""

    started: bool = False
    blocked: bool = False


@dataclass(slots=True)
class Group:
    """A group, a supergroup or a channel: everything that has members."""

    id: int
    title: str
    username: str | None = None
    type: ChatKind = "supergroup"
    description: str = ""
    permissions: frozenset[str] = DEFAULT_PERMISSIONS
    members: dict[int, Member] = field(default_factory=dict)
    invite_links: dict[str, ChatInviteLink] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Where its messages are."""
        return Place(self.id)

    def as_chat(self) -> Chat:
        """Give the Bot API's ``Chat``."""
        return Chat(id=self.id, type=self.type, title=self.title, username=self.username)

    def member(self, user: User, *, now: float) -> Member:
        """Give somebody's place in the group; who never was in it has left."""
        member = self.members.get(user.id)
        if member is None:
            return Member(user, status="left", is_in=False)
        member.settle(now)
        return member

    def present(self, now: float) -> Iterator[Member]:
        """Give all who are in it now."""
        for member in self.members.values():
            member.settle(now)
            if member.is_present:
                yield member


@dataclass(slots=True)
class Chats:
    """Groups and private chats, and the message pinned in each."""

    groups: dict[int, Group] = field(default_factory=dict)
    pinned: dict[Place, int] = field(default_factory=dict)
    _private: dict[Place, PrivateChat] = field(default_factory=dict)

    def add_group(self, title: str, *, username: str | None = None) -> Group:
        """Make an empty group."""
        group = Group(FIRST_GROUP - len(self.groups), title, username)
        self.groups[group.id] = group
        return group

    def private(self, place: Place) -> PrivateChat:
        """Give the state of a private chat; there is one for every pair."""
        return self._private.setdefault(place, PrivateChat())

    def group(self, chat_id: int) -> Group:
        """Find a group for a bot.

        Raises:
            Refusal: There is none.
        """
        if chat_id not in self.groups:
            raise bad_request("chat not found")
        return self.groups[chat_id]

    def group_for_person(self, chat_id: int) -> Group:
        """Find a group for a person.

        Raises:
            SimError: There is none.
        """
        if chat_id not in self.groups:
            raise SimError(404, f"there is no chat with the id {chat_id}")
        return self.groups[chat_id]

    def group_by_username(self, username: str) -> Group:
        """Find a public group.

        Raises:
            Refusal: There is none.
        """
        wanted = username.lower()
        for group in self.groups.values():
            if (group.username or "").lower() == wanted:
                return group
        raise bad_request("chat not found")
