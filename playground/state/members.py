from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from aiogram.types import (
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberOwner,
    ChatMemberRestricted,
    ChatPermissions,
    User,
)

from playground.encoding import moment

AnyChatMember: TypeAlias = (
    ChatMemberOwner
    | ChatMemberAdministrator
    | ChatMemberMember
    | ChatMemberRestricted
    | ChatMemberLeft
    | ChatMemberBanned
)
ChatKind = Literal["group", "supergroup", "channel"]
PERMISSIONS: Final = tuple(ChatPermissions.model_fields)
SENDING: Final = tuple(
    name for name in PERMISSIONS if name.startswith("can_send_") and name != "can_send_messages"
)
COMMON_RIGHTS: Final = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
)  # fmt: skip
GROUP_RIGHTS: Final = ("can_pin_messages", "can_manage_topics", "can_manage_tags")
CHANNEL_RIGHTS: Final = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
RIGHTS: Final = (*COMMON_RIGHTS, *GROUP_RIGHTS, *CHANNEL_RIGHTS)
ADMIN_RIGHTS: Final = frozenset(RIGHTS) - {"can_promote_members"}
BASIC_ADMIN_RIGHTS: Final = frozenset({
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_change_info", "can_invite_users", "can_pin_messages",
})  # fmt: skip
PRESENT: Final = frozenset({"creator", "administrator", "member", "restricted"})
LONGEST_TERM_S: Final = 366 * 86_400
SHORTEST_TERM_S: Final = 30


DEFAULT_PERMISSIONS: Final = frozenset(PERMISSIONS) - {
    "can_change_info", "can_pin_messages", "can_manage_topics", "can_edit_tag",
}  # fmt: skip


def rights_of(kind: ChatKind) -> tuple[str, ...]:
    """Name the rights that administrators can have in a kind of chat."""
    return (*COMMON_RIGHTS, *(CHANNEL_RIGHTS if kind == "channel" else GROUP_RIGHTS))


def granted(permissions: ChatPermissions, *, independent: bool = False) -> frozenset[str]:
    """Give the names that a bot's ``ChatPermissions`` allow.

    Without ``use_independent_chat_permissions`` some imply others, as in Telegram: other
    messages and previews imply all kinds of messages, those imply text. What is not said at all
    follows another permission: reactions the texts; tags and topics the pins.
    """
    given = {name for name in PERMISSIONS if getattr(permissions, name)}
    if not independent:
        given |= _implied(given)
    for name, like in FOLLOWING.items():
        if getattr(permissions, name) is None and like in given:
            given.add(name)
    return frozenset(given)


FOLLOWING: Final = {
    "can_react_to_messages": "can_send_messages", "can_edit_tag": "can_pin_messages",
    "can_manage_topics": "can_pin_messages",
}  # fmt: skip


def _implied(given: set[str]) -> set[str]:
    implied: set[str] = set()
    if given & {"can_send_other_messages", "can_add_web_page_previews"}:
        implied |= {*SENDING} - {"can_send_polls", "can_send_other_messages"}
    if (given | implied) & {*SENDING}:
        implied.add("can_send_messages")
    return implied


@dataclass(slots=True)
class Member:
    """Somebody's place in a group, past members included.

    ``sends_as`` is the channel in whose name they write, ``invite_link`` the one they came by.
    """

    user: User
    status: str = "member"
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = field(default=DEFAULT_PERMISSIONS)
    until: float | None = None
    is_in: bool = True
    promoted_by: int | None = None
    title: str | None = None
    tag: str | None = None
    is_anonymous: bool = False
    sends_as: int | None = None
    invite_link: str | None = None

    def settle(self, now: float) -> None:
        """Let a ban or a restriction end when its time has come."""
        if self.until is None or self.until > now:
            return
        if self.status in {"restricted", "kicked"}:
            self.status = "member" if self.status == "restricted" and self.is_in else "left"
            self.permissions, self.until = DEFAULT_PERMISSIONS, None

    @property
    def is_present(self) -> bool:
        """Whether they are in the group now."""
        may_be_out = self.status in {"restricted", "creator"}
        return self.status in PRESENT and (self.is_in or not may_be_out)

    @property
    def is_admin(self) -> bool:
        """Whether they are the owner or an administrator."""
        return self.status in {"creator", "administrator"}

    def has_right(self, right: str) -> bool:
        """Whether they may do what administrators may be allowed to."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def as_type(
        self, kind: ChatKind = "supergroup", *, can_be_edited: bool = False
    ) -> AnyChatMember:
        """Give the ``ChatMember`` of the Bot API."""
        match self.status:
            case "creator":
                return ChatMemberOwner(
                    user=self.user, is_anonymous=self.is_anonymous, custom_title=self.title
                )
            case "administrator":
                return self._administrator(kind, can_be_edited=can_be_edited)
            case "restricted":
                return self._restricted()
            case _:
                return self._plain()

    def _plain(self) -> AnyChatMember:
        if self.status == "kicked":
            return ChatMemberBanned(user=self.user, until_date=moment(self.until or 0))
        if self.status == "left":
            return ChatMemberLeft(user=self.user)
        return ChatMemberMember(user=self.user, tag=self.tag)

    def _restricted(self) -> ChatMemberRestricted:
        facts = {
            "user": self.user, "is_member": self.is_in, "until_date": int(self.until or 0),
            "tag": self.tag,
        }  # fmt: skip
        allowed = {name: name in self.permissions for name in PERMISSIONS}
        return ChatMemberRestricted.model_validate(facts | allowed)

    def _administrator(self, kind: ChatKind, *, can_be_edited: bool) -> ChatMemberAdministrator:
        facts = {
            "user": self.user,
            "can_be_edited": can_be_edited,
            "is_anonymous": self.is_anonymous,
            "custom_title": self.title,
        }
        rights = {name: name in self.rights for name in rights_of(kind)}
        return ChatMemberAdministrator.model_validate(facts | rights)


def term(until: float | None, now: float) -> float | None:
    """Apply Telegram's rule: under 30 seconds or over 366 days from now means for ever."""
    if until is None or not SHORTEST_TERM_S <= until - now <= LONGEST_TERM_S:
        return None
    return until
