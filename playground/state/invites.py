import secrets
from dataclasses import dataclass

from aiogram.types import ChatInviteLink, User

from playground.encoding import moment

PREFIX = "https://t.me/+"
SHOWN_CHARACTERS = 8


@dataclass(slots=True)
class Invite:
    """A link into a group.

    ``subscription_period`` and ``subscription_price`` are of links that ask for Stars.
    """

    address: str
    creator: User
    is_primary: bool = False
    is_revoked: bool = False
    creates_join_request: bool = False
    name: str | None = None
    expires_at: float | None = None
    member_limit: int | None = None
    subscription_period: int | None = None
    subscription_price: int | None = None
    joined: int = 0

    def as_type(self, *, pending: int = 0, viewer: int | None = None) -> ChatInviteLink:
        """Give the Bot API's ``ChatInviteLink``; a ``viewer`` sees only half of others' links."""
        is_own = viewer in {None, self.creator.id}
        shown = len(PREFIX) + SHOWN_CHARACTERS
        return ChatInviteLink(
            invite_link=self.address if is_own else f"{self.address[:shown]}…",
            creator=self.creator, creates_join_request=self.creates_join_request,
            is_primary=self.is_primary, is_revoked=self.is_revoked, name=self.name or None,
            expire_date=moment(self.expires_at) if self.expires_at else None,
            member_limit=self.member_limit or None, pending_join_request_count=pending or None,
            subscription_period=self.subscription_period,
            subscription_price=self.subscription_price,
        )  # fmt: skip


def new_address() -> str:
    """Make an address that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(12)


@dataclass(slots=True)
class JoinRequest:
    """Somebody who asks to come in.

    ``query_id`` is for the bot that guards the group; ``guard`` is that bot.
    """

    user: User
    at: float
    bio: str = ""
    invite_link: str | None = None
    query_id: str | None = None
    guard: int | None = None
    web_app_url: str | None = None
