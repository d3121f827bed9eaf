import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from services.clock import Clock
from services.errors import InvalidInputError, NotAllowedError
from services.people.models import AccessMode, AccessState, Person, Right, Role
from services.people.people import People
from services.people.ports import AccessStore
from services.people.rights import may, require

CLAIM: Final = "claim"
JOIN: Final = "join"
_SECRET_BYTES: Final = 24
"""32 characters of base64url: with its prefix a start parameter stays below 64."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """Who may use the bot, and the links that change it.

    Attributes:
        default_mode: Holds until an admin chooses.
    """

    people: People
    store: AccessStore
    clock: Clock
    default_mode: AccessMode

    async def mode(self) -> AccessMode:
        """Tell how open the bot is now."""
        return await self.store.mode() or self.default_mode

    async def admits(self, person: Person, *, group_id: int | None) -> bool:
        """Tell whether the person may use the bot, in a group or in private (None)."""
        mode = await self.mode()
        if may(person, Right.USE, mode=mode):
            return True
        admitted = group_id is not None and group_id in await self.store.group_ids()
        return may(person, Right.USE, mode=mode, group_admitted=admitted)

    async def state(self, person: Person) -> AccessState:
        """Show who is let in.

        Raises:
            NotAllowedError: The person is no admin; so for every method below with ``by``.
        """
        require(person, Right.ADMIT)
        return AccessState(
            mode=await self.mode(),
            admitted=tuple(
                await self.people.store.with_roles((Role.OWNER, Role.ADMIN, Role.MEMBER))
            ),
            group_ids=tuple(await self.store.group_ids()),
        )

    async def set_mode(self, mode: AccessMode, *, by: Person) -> None:
        """Open or close the bot."""
        require(by, Right.ADMIT)
        await self.store.set_mode(mode)

    async def admit(self, user_id: int, *, by: Person) -> None:
        """Let a person in; a higher role is kept."""
        require(by, Right.ADMIT)
        await self._admit(user_id)

    async def remove(self, user_id: int, *, by: Person) -> None:
        """Take the admission back; only the owner may do so to an admin, nobody to the owner."""
        require(by, Right.ADMIT)
        person = await self.people.find(user_id)
        if person.role is Role.OWNER:
            msg = "the owner cannot be removed"
            raise NotAllowedError(msg)
        if person.role is Role.ADMIN:
            require(by, Right.NAME_ADMINS)
        await self.people.give_role(user_id, Role.GUEST)

    async def name_admin(self, user_id: int, *, admin: bool, by: Person) -> None:
        """Make someone an admin, or a member again; the owner stays the owner."""
        require(by, Right.NAME_ADMINS)
        if (await self.people.find(user_id)).role is not Role.OWNER:
            await self.people.give_role(user_id, Role.ADMIN if admin else Role.MEMBER)

    async def admit_group(self, chat_id: int, *, by: Person) -> None:
        """Let a whole group in."""
        require(by, Right.ADMIT)
        await self.store.admit_group(chat_id, self.clock.now())

    async def remove_group(self, chat_id: int, *, by: Person) -> None:
        """Take a group's admission back."""
        require(by, Right.ADMIT)
        await self.store.remove_group(chat_id)

    async def new_invite(self, *, by: Person) -> str:
        """Make a start parameter that lets its bearers in; the earlier one stops working."""
        require(by, Right.ADMIT)
        return await self._renew(JOIN)

    async def join(self, secret: str, person: Person) -> Person:
        """Let the bearer of an invite in.

        Raises:
            InvalidInputError: The link is not the present one, or invites are switched off.
        """
        valid = await self.store.knows_secret(JOIN, _hashed(secret))
        if not valid or await self.mode() is AccessMode.LIST:
            msg = "the invite link is not valid any more"
            raise InvalidInputError(msg)
        return await self._admit(person.user_id)

    async def offer_claim(self) -> str | None:
        """Make a start parameter that makes its first bearer the owner; None if there is one."""
        if await self.people.store.with_roles((Role.OWNER,)):
            return None
        return await self._renew(CLAIM)

    async def claim(self, secret: str, person: Person) -> Person:
        """Make the bearer of the claim link the owner; it works once.

        For the owner it works again: the update that made them one may run twice.

        Raises:
            InvalidInputError: The link was used or replaced, or there is an owner by now.
        """
        owners = await self.people.store.with_roles((Role.OWNER,))
        if person.user_id in {owner.user_id for owner in owners}:
            return person
        if owners or not await self.store.spend_secret(CLAIM, _hashed(secret)):
            msg = "the claim link is not valid any more"
            raise InvalidInputError(msg)
        return await self.people.give_role(person.user_id, Role.OWNER)

    async def _admit(self, user_id: int) -> Person:
        person = await self.people.find(user_id)
        if person.role is Role.GUEST:
            return await self.people.give_role(user_id, Role.MEMBER)
        return person

    async def _renew(self, kind: str) -> str:
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        await self.store.renew_secret(kind, _hashed(secret), self.clock.now())
        return f"{kind}_{secret}"


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
