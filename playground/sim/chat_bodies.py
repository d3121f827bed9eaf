"""What requests about groups may carry."""

from typing import Literal

from aiogram.types import ChatPermissions
from pydantic import Field

from playground.sim.bodies import Body

NAME = r"^[A-Za-z]\w{3,31}$"


class JoinBody(Body):
    """The link that was followed."""

    invite_link: str | None = None


class MemberBody(Body):
    """Who comes; a bot may be started with a payload there."""

    user: int
    payload: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,64}$")


class StatusBody(Body):
    """What somebody becomes."""

    status: str | None = None
    permissions: ChatPermissions | None = None
    rights: dict[str, bool] | None = None
    until_date: float | None = None
    custom_title: str | None = None
    tag: str | None = None
    is_anonymous: bool | None = None


class PinBody(Body):
    """What to pin; none takes all pins away."""

    message_id: int | None = None


class GroupBody(Body):
    """A new group."""

    title: str = Field(min_length=1, max_length=128)
    creator: int
    members: list[int] = Field(default_factory=list)
    admins: list[int] = Field(default_factory=list)
    type: Literal["supergroup", "group", "channel"] = "supergroup"
    username: str | None = Field(default=None, pattern=NAME)
    is_forum: bool = False
    join_by_request: bool = False
    linked: int | None = None


class ChatBody(Body):
    """Other settings of a group; what is not named stays."""

    title: str = Field(default="", min_length=1, max_length=128)
    description: str = Field(default="", max_length=255)
    username: str | None = Field(default=None, pattern=r"^([A-Za-z]\w{3,31})?$")
    permissions: ChatPermissions = Field(default_factory=ChatPermissions)
    slow_mode_s: int = 0
    is_forum: bool = False
    join_by_request: bool = False
    protected: bool = False
    signs_posts: bool = False
    linked: int | None = None
    guard_bot: int | None = None


class LinkBody(Body):
    """A new invite link."""

    name: str | None = Field(default=None, max_length=32)
    expire_date: float | None = None
    member_limit: int | None = Field(default=None, ge=0, le=99_999)
    creates_join_request: bool = False


class RevokeBody(Body):
    """Which link."""

    invite_link: str


class DecisionBody(Body):
    """Whether somebody is let in."""

    approve: bool


class OpenBody(Body):
    """An address of Telegram."""

    link: str = Field(min_length=1, max_length=500)


class SendAsBody(Body):
    """The channel in whose name to write; none means one's own name."""

    chat: int | None = None
