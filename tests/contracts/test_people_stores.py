import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.adapters.sql.people import SqlAccessStore, SqlPeopleStore
from services.errors import InvalidInputError, NotAllowedError
from services.people.access import Access
from services.people.models import AccessMode, Person, PreferredLength, Role
from services.people.people import People, ProfileData
from services.people.ports import AccessStore, PeopleStore
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.services

_BIG = 7_000_000_001
_NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def people_store(sql_engine: AsyncEngine) -> PeopleStore:
    return SqlPeopleStore(create_sessions(sql_engine))


@pytest.fixture
def access_store(sql_engine: AsyncEngine) -> AccessStore:
    return SqlAccessStore(create_sessions(sql_engine), bot_id=1)


@pytest.fixture
def people(people_store: PeopleStore) -> People:
    return People(store=people_store, clock=FakeClock(), admin_ids=frozenset({9}))


@pytest.fixture
def access(people: People, access_store: AccessStore) -> Access:
    return Access(
        people=people, store=access_store, clock=FakeClock(), default_mode=AccessMode.INVITE
    )


async def _owner(access: Access) -> Person:
    parameter = await access.offer_claim()
    assert parameter is not None
    return await access.claim(parameter.removeprefix("claim_"), Person(user_id=1))


async def test_a_person_is_kept_changed_and_removed(people_store: PeopleStore) -> None:
    assert await people_store.find(_BIG) is None
    first = Person(user_id=_BIG, language="ru", first_seen=_NOW)
    await people_store.put(first)
    later = Person(
        user_id=_BIG, role=Role.ADMIN, length=PreferredLength.SHORT, voice=True,
        first_seen=_NOW + timedelta(days=1),
    )  # fmt: skip
    await people_store.put(later)
    found = await people_store.find(_BIG)
    assert found is not None
    assert (found.role, found.language, found.voice, found.first_seen) == (
        Role.ADMIN, None, True, _NOW,
    )  # fmt: skip
    assert await people_store.with_roles((Role.ADMIN, Role.OWNER)) == [found]
    assert (await people_store.remove(_BIG), await people_store.remove(_BIG)) == (1, 0)


async def test_strangers_leave_no_trace_until_they_choose_something(people: People) -> None:
    assert await people.find(5) == Person(user_id=5)
    assert await people.store.find(5) is None
    await people.choose_length(await people.find(5), PreferredLength.LONG)
    assert (await people.find(5)).length is PreferredLength.LONG


async def test_admins_from_the_settings_need_no_row(people: People) -> None:
    assert (await people.find(9)).role is Role.ADMIN


async def test_a_choice_does_not_make_an_admin_from_the_settings_one_for_ever(
    people: People,
) -> None:
    chosen = await people.choose_length(await people.find(9), PreferredLength.LONG)
    assert chosen.role is Role.ADMIN
    people_without_settings = People(store=people.store, clock=FakeClock())
    kept = await people_without_settings.find(9)
    assert (kept.role, kept.length) == (Role.GUEST, PreferredLength.LONG)


async def test_modes_and_groups_are_kept(access_store: AccessStore) -> None:
    assert await access_store.mode() is None
    for mode in (AccessMode.OPEN, AccessMode.LIST):
        await access_store.set_mode(mode)
        assert await access_store.mode() is mode
    for chat_id in (-100_200, -100_100, -100_200):
        await access_store.admit_group(chat_id, _NOW)
    assert sorted(await access_store.group_ids()) == [-100_200, -100_100]
    await access_store.remove_group(-100_200)
    assert await access_store.group_ids() == [-100_100]


async def test_a_claim_link_works_once_even_when_two_press_at_once(access: Access) -> None:
    parameter = await access.offer_claim()
    assert parameter is not None
    assert len(parameter) <= 64
    secret = parameter.removeprefix("claim_")
    results = await asyncio.gather(
        *(access.claim(secret, Person(user_id=n)) for n in (1, 2, 3)), return_exceptions=True
    )
    owners = [person for person in results if isinstance(person, Person)]
    assert [person.role for person in owners] == [Role.OWNER]
    assert sum(isinstance(error, InvalidInputError) for error in results) == 2
    assert await access.offer_claim() is None


async def test_an_unused_claim_link_makes_no_second_owner(access: Access) -> None:
    parameter = await access.offer_claim()
    assert parameter is not None
    await access.people.give_role(1, Role.OWNER)
    with pytest.raises(InvalidInputError):
        await access.claim(parameter.removeprefix("claim_"), Person(user_id=2))


async def test_a_claim_that_runs_again_after_a_crash_still_names_the_owner(access: Access) -> None:
    parameter = await access.offer_claim()
    assert parameter is not None
    for _ in range(2):
        person = await access.people.find(1)
        assert (await access.claim(parameter.removeprefix("claim_"), person)).role is Role.OWNER


async def test_only_the_newest_claim_link_works(access: Access) -> None:
    old = await access.offer_claim()
    new = await access.offer_claim()
    assert old is not None
    assert new is not None
    with pytest.raises(InvalidInputError):
        await access.claim(old.removeprefix("claim_"), Person(user_id=1))
    assert (await access.claim(new.removeprefix("claim_"), Person(user_id=1))).role is Role.OWNER


async def test_an_invite_lets_many_in_until_it_is_renewed(access: Access) -> None:
    owner = await _owner(access)
    secret = (await access.new_invite(by=owner)).removeprefix("join_")
    for user_id in (20, 21):
        guest = Person(user_id=user_id)
        assert not await access.admits(guest, group_id=None)
        assert await access.admits(await access.join(secret, guest), group_id=None)
    await access.new_invite(by=owner)
    with pytest.raises(InvalidInputError):
        await access.join(secret, Person(user_id=22))
    with pytest.raises(InvalidInputError):
        await access.claim(secret, Person(user_id=22))


async def test_a_group_is_let_in_as_a_whole_but_only_there(access: Access) -> None:
    await access.admit_group(-100_100, by=await _owner(access))
    guest = Person(user_id=30)
    assert await access.admits(guest, group_id=-100_100)
    assert not await access.admits(guest, group_id=-100_200)
    assert not await access.admits(guest, group_id=None)


async def test_admins_admit_people_but_touch_no_admins(access: Access) -> None:
    owner = await _owner(access)
    await access.admit(40, by=owner)
    await access.name_admin(40, admin=True, by=owner)
    admin = await access.people.find(40)
    await access.admit(41, by=admin)
    await access.remove(41, by=admin)
    with pytest.raises(NotAllowedError):
        await access.name_admin(41, admin=True, by=admin)
    with pytest.raises(NotAllowedError):
        await access.remove(40, by=admin)
    with pytest.raises(NotAllowedError):
        await access.remove(owner.user_id, by=owner)
    await access.remove(40, by=owner)
    assert not await access.admits(await access.people.find(40), group_id=None)


async def test_forgetting_leaves_an_owner_the_bare_role_and_a_member_nothing(
    access: Access,
) -> None:
    owner, data = await _owner(access), ProfileData(people=access.people)
    await access.people.choose_language(owner, "ru")
    await access.admit(50, by=owner)
    assert await data.erase(owner.user_id) == {"people": 1}
    assert await data.erase(50) == {"people": 1}
    left = await access.people.find(owner.user_id)
    assert (left.role, left.language) == (Role.OWNER, None)
    assert await data.export(50) == {}
