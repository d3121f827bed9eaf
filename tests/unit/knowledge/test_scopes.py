import asyncio
from dataclasses import dataclass, field

from services.knowledge.models import AudienceKind, Library, LibraryId
from services.knowledge.scopes import Scopes


def library(slug: str, audience: AudienceKind, chat_id: int | None = None) -> Library:
    return Library(
        library_id=LibraryId(slug), title=slug, audience=audience, chat_id=chat_id, change_number=1
    )


LIBRARIES = [
    library("demo", AudienceKind.EVERYONE),
    library("owner", AudienceKind.EVERYONE),
    library("club", AudienceKind.MEMBERS, -100),
    library("family", AudienceKind.PEOPLE),
]
ALICE, STRANGER = 1, 99


@dataclass
class FakeLibraries:
    async def readable(self, user_id: int) -> list[Library]:
        return [lib for lib in LIBRARIES if lib.library_id != "family" or user_id == ALICE]


@dataclass
class FakeMembership:
    asked: list[tuple[int, int]] = field(default_factory=list)

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        self.asked.append((chat_id, user_id))
        return (chat_id, user_id) == (-100, ALICE)


def scopes(*, demo: bool = False) -> Scopes:
    return Scopes(libraries=FakeLibraries(), membership=FakeMembership(), demo=demo)  # type: ignore[arg-type]  # the rest of the store is not asked


async def test_a_person_reads_in_private_what_their_chats_and_name_open() -> None:
    assert await scopes().for_person(ALICE, None) == ("owner", "club", "family")


async def test_a_stranger_gets_only_what_is_for_everyone() -> None:
    assert await scopes().for_person(STRANGER, None) == ("owner",)
    assert await scopes(demo=True).for_person(STRANGER, None) == ("demo", "owner")


async def test_a_group_is_not_answered_from_what_only_the_asker_may_read() -> None:
    assert await scopes().for_person(ALICE, -100) == ("owner", "club")
    assert await scopes().for_person(ALICE, -200) == ("owner",)
    assert await scopes().for_person(STRANGER, -100) == ("owner",)


class ManyGroups:
    async def readable(self, user_id: int) -> list[Library]:
        del user_id
        return [library(f"g{n:03}", AudienceKind.MEMBERS, -n) for n in range(1, 101)]


@dataclass
class SlowMembership:
    together: int = 0
    most: int = 0

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        del user_id
        self.together += 1
        self.most = max(self.most, self.together)
        await asyncio.sleep(0)
        self.together -= 1
        return chat_id % 2 == 0


async def test_many_groups_are_asked_about_together_but_not_all_at_once() -> None:
    slow = SlowMembership()
    scopes = Scopes(libraries=ManyGroups(), membership=slow)  # type: ignore[arg-type]  # the rest of the store is not asked
    found = await scopes.for_person(ALICE, None)
    assert list(found) == [f"g{n:03}" for n in range(2, 101, 2)], "by slug"
    assert 2 <= slow.most <= 16
