from dataclasses import dataclass, replace

from services.clock import Clock
from services.people.models import Person, PreferredLength, Role
from services.people.ports import Exported, PeopleStore


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """Who a Telegram user is to this bot, and what they chose.

    Attributes:
        admin_ids: Admins from the settings, beside those whom the owner named.
    """

    store: PeopleStore
    clock: Clock
    admin_ids: frozenset[int] = frozenset()

    async def find(self, user_id: int) -> Person:
        """Give the person; a stranger is a guest about whom nothing is kept."""
        person = await self._stored(user_id)
        if user_id in self.admin_ids and person.role in {Role.GUEST, Role.MEMBER}:
            return replace(person, role=Role.ADMIN)
        return person

    async def choose_language(self, person: Person, language: str | None) -> Person:
        """Keep the interface language; None follows Telegram again."""
        await self._keep(replace(await self._stored(person.user_id), language=language))
        return replace(person, language=language)

    async def choose_length(self, person: Person, length: PreferredLength) -> Person:
        """Keep how long answers should be."""
        await self._keep(replace(await self._stored(person.user_id), length=length))
        return replace(person, length=length)

    async def choose_voice(self, person: Person, *, on: bool) -> Person:
        """Keep whether answers are spoken too."""
        await self._keep(replace(await self._stored(person.user_id), voice=on))
        return replace(person, voice=on)

    async def give_role(self, user_id: int, role: Role) -> Person:
        """Make the person this; whoever calls has checked the right to."""
        return await self._keep(replace(await self._stored(user_id), role=role))

    async def _stored(self, user_id: int) -> Person:
        """Give what is kept: a role that only the settings give must not be written down."""
        return await self.store.find(user_id) or Person(user_id=user_id)

    async def _keep(self, person: Person) -> Person:
        kept = replace(person, first_seen=person.first_seen or self.clock.now())
        await self.store.put(kept)
        return kept


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileData:
    """The profile as personal data: an owner's and an admin's role outlives ``/forget``.

    Without that a bot would lose the only person who may open or close it; what stays is the
    id and the role, nothing that the person said or chose.
    """

    people: People

    @property
    def name(self) -> str:
        """The key in the export."""
        return "profile"

    async def export(self, user_id: int) -> Exported:
        """Give the choices and the role; empty for a stranger."""
        person = await self.people.store.find(user_id)
        if person is None:
            return {}
        return {
            "role": person.role.value,
            "language": person.language,
            "answer_length": person.length.value,
            "voice": person.voice,
            "first_seen": person.first_seen.isoformat() if person.first_seen else None,
        }

    async def erase(self, user_id: int) -> dict[str, int]:
        """Remove the profile; put an owner's or admin's bare role back."""
        person = await self.people.store.find(user_id)
        removed = await self.people.store.remove(user_id)
        if person is not None and person.role in {Role.ADMIN, Role.OWNER}:
            await self.people.give_role(user_id, person.role)
        return {"people": removed}
