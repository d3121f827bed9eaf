from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from aiogram.types import Chat, User

from playground.refusals import Refusal, SimError, bad_request
from playground.state.invites import Invite, JoinRequest
from playground.state.members import DEFAULT_PERMISSIONS, AnyChatMember, ChatKind, Member
from playground.state.places import Place

FIRST_GROUP: Final = -1_002_000_000_001
FIRST_BASIC_GROUP: Final = -4_000_000_001
MIGRATED: Final = "group chat was upgraded to a supergroup chat"


@dataclass(slots=True)
class PrivateChat:
    """One person's chat with one bot.

    ``open_until``: while a person waits to be let into a group, its bot may write to them.
    """

    started: bool = False
    blocked: bool = False
    open_until: float | None = None


@dataclass(slots=True)
class Group:
    """A basic group, a supergroup or a channel: everything that has members.

    Attributes:
        linked: A channel's discussion group, or a group's channel.
        spoke_at: When members wrote last, for the slow mode.
        authors: Who wrote the messages that do not say so (of channels, of anonymous people).
        forwards: Which message of the discussion group each post of a channel has become.
        banned_senders: Channels in whose name nobody may write here.
        migrated_to: The supergroup that a basic group has become.
        guard_bot: The bot that is asked about everybody who wants to come in.
    """

    id: int
    title: str
    username: str | None = None
    type: ChatKind = "supergroup"
    description: str = ""
    permissions: frozenset[str] = DEFAULT_PERMISSIONS
    members: dict[int, Member] = field(default_factory=dict)
    invite_links: dict[str, Invite] = field(default_factory=dict)
    join_requests: dict[int, JoinRequest] = field(default_factory=dict)
    join_by_request: bool = False
    photo: str | None = None
    slow_mode_s: int = 0
    spoke_at: dict[int, float] = field(default_factory=dict)
    protected: bool = False
    linked: int | None = None
    is_forum: bool = False
    signs_posts: bool = False
    sticker_set: str | None = None
    available_reactions: list[str] | None = None
    authors: dict[int, int] = field(default_factory=dict)
    forwards: dict[int, int] = field(default_factory=dict)
    banned_senders: set[int] = field(default_factory=set)
    last_bot: int | None = None
    migrated_to: int | None = None
    guard_bot: int | None = None

    @property
    def place(self) -> Place:
        """Where its messages are."""
        return Place(self.id)

    def as_chat(self) -> Chat:
        """Give the Bot API's ``Chat``."""
        return Chat(
            id=self.id, type=self.type, title=self.title, username=self.username,
            is_forum=self.is_forum or None,
        )  # fmt: skip

    @property
    def is_channel(self) -> bool:
        """Whether people read here what administrators post."""
        return self.type == "channel"

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

    def may_edit(self, actor: int, member: Member) -> bool:
        """Whether somebody may change an administrator's rights.

        The owner may, and those by whom they were promoted, directly or not.
        """
        boss = self.members.get(actor)
        if boss is None or actor == member.user.id or member.status == "creator":
            return False
        if boss.status == "creator":
            return True
        is_below = actor in self._promoters(member)
        return is_below and self.type != "group" and boss.has_right("can_promote_members")

    def _promoters(self, member: Member) -> set[int]:
        found: set[int] = set()
        by = member.promoted_by
        while by is not None and by not in found:
            found.add(by)
            above = self.members.get(by)
            by = above.promoted_by if above is not None and above.is_admin else None
        return found

    def as_member(self, member: Member, *, viewer: int | None = None) -> AnyChatMember:
        """Give a ``ChatMember`` of the Bot API as somebody sees it."""
        is_open = viewer is not None and self.may_edit(viewer, member)
        return member.as_type(self.type, can_be_edited=is_open)


@dataclass(slots=True)
class Chats:
    """Groups and private chats, and the messages pinned in each."""

    groups: dict[int, Group] = field(default_factory=dict)
    pins: dict[Place, list[int]] = field(default_factory=dict)
    _private: dict[Place, PrivateChat] = field(default_factory=dict)

    def add_group(
        self, title: str, *, username: str | None = None, kind: ChatKind = "supergroup"
    ) -> Group:
        """Make an empty group."""
        first = FIRST_BASIC_GROUP if kind == "group" else FIRST_GROUP
        group = Group(first - len(self.groups), title, username, kind)
        self.groups[group.id] = group
        return group

    def pinned(self, place: Place) -> int | None:
        """Give the newest pinned message, by the date of the message."""
        return max(self.pins.get(place, ()), default=None)

    def unpin(self, place: Place, message_id: int | None = None) -> None:
        """Take one pin away, or all."""
        kept = [one for one in self.pins.get(place, []) if message_id not in {None, one}]
        self.pins[place] = kept

    def private(self, place: Place) -> PrivateChat:
        """Give the state of a private chat; there is one for every pair."""
        return self._private.setdefault(place, PrivateChat())

    def group(self, chat_id: int) -> Group:
        """Find a group for a bot.

        Raises:
            Refusal: There is none, or it has become a supergroup.
        """
        if chat_id not in self.groups:
            raise bad_request("chat not found")
        group = self.groups[chat_id]
        if group.migrated_to is not None:
            raise Refusal(400, MIGRATED, migrate_to=group.migrated_to)
        return group

    def group_for_person(self, chat_id: int) -> Group:
        """Find a group for a person.

        Raises:
            SimError: There is none.
        """
        if chat_id not in self.groups:
            raise SimError(404, f"there is no chat with the id {chat_id}")
        return self.groups[chat_id]

    def by_username(self, username: str) -> Group | None:
        """Find a public group or channel by what follows the @, in any case."""
        wanted = username.lower()
        named = (group for group in self.groups.values() if group.username)
        return next((one for one in named if str(one.username).lower() == wanted), None)

    def group_by_username(self, username: str) -> Group:
        """Find a public group for a bot.

        Raises:
            Refusal: There is none.
        """
        group = self.by_username(username)
        if group is None:
            raise bad_request("chat not found")
        return group

    def by_invite(self, address: str) -> tuple[Group, Invite] | None:
        """Find where an invite link leads."""
        for group in self.groups.values():
            if address in group.invite_links:
                return group, group.invite_links[address]
        return None
