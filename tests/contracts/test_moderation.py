"""Settings, members and cases of moderation over every database."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.adapters.sql.moderation_cases import SqlCases
from services.adapters.sql.moderation_chats import SqlMembers, SqlPolicies
from services.moderation.cases import Case, CaseState
from services.moderation.ladder import Record
from services.moderation.models import (
    Action,
    Check,
    Finding,
    Label,
    Severity,
    Verdict,
    WeighedWord,
)
from services.moderation.policy import ChatPolicy, LadderSteps, QuietHours
from services.moderation.ports import Membership

pytestmark = pytest.mark.services

_NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
_OLD, _GROUP = -77, -1_002_000_000_000
_ALICE, _BOB = 7_000_000_001, 7_000_000_002
_FINDING = Finding(
    check=Check.TOXICITY, label=Label.TOXIC, score=0.97, severity=Severity.RUDE,
    spans=((0, 5),), words=(WeighedWord("дурак", 2.5),), reason="rude_words",
)  # fmt: skip
_VERDICT = Verdict(
    label=Label.TOXIC, action=Action.WARN, delete=True, toxicity=0.97, spam=0.01,
    findings=(_FINDING,),
)  # fmt: skip
_CASE = Case(
    case_id="a" * 16, chat_id=_GROUP, message_id=5, edition=0, thread_id=0, user_id=_ALICE,
    name="Alice", verdict=_VERDICT, excerpt="Дурак!", state=CaseState.DECIDED,
    was_dry_run=False, is_whole=True,
    created_at=_NOW, expires_at=_NOW + timedelta(days=30),
)  # fmt: skip


@pytest.fixture
def cases(sql_engine: AsyncEngine) -> SqlCases:
    return SqlCases(create_sessions(sql_engine))


@pytest.fixture
def policies(sql_engine: AsyncEngine) -> SqlPolicies:
    return SqlPolicies(create_sessions(sql_engine))


@pytest.fixture
def members(sql_engine: AsyncEngine) -> SqlMembers:
    return SqlMembers(create_sessions(sql_engine))


def another(number: int, action: Action = Action.WARN, **changes: Any) -> Case:  # noqa: ANN401 - fields of a case
    return replace(
        _CASE, case_id=f"{number:016}", message_id=100 + number,
        verdict=replace(_VERDICT, action=action), **changes,
    )  # fmt: skip


async def test_an_edition_of_a_message_has_one_case(cases: SqlCases) -> None:
    assert await cases.open(_CASE) == _CASE
    assert await cases.open(replace(_CASE, case_id="b" * 16)) == _CASE
    edited = replace(_CASE, case_id="c" * 16, edition=1_700_000_000)
    assert await cases.open(edited) == edited
    assert await cases.find("b" * 16) is None
    assert await cases.find(edited.case_id) == edited


async def test_steps_count_until_they_expire_or_are_undone(cases: SqlCases) -> None:
    await cases.open(another(1, Action.REPHRASE))
    await cases.open(another(2))
    await cases.open(another(3))
    await cases.open(another(4, Action.MUTE, muted_until=_NOW + timedelta(hours=1)))
    await cases.open(another(5, was_dry_run=True))
    await cases.open(another(6, user_id=_BOB))
    await cases.open(another(7, chat_id=_OLD))
    await cases.open(another(8, expires_at=_NOW))
    assert await cases.record(_GROUP, _ALICE, _NOW) == Record(rephrases=1, warnings=2, mutes=1)
    assert await cases.close(another(2).case_id, CaseState.UNDONE, by=_BOB, at=_NOW)
    assert await cases.record(_GROUP, _ALICE, _NOW) == Record(rephrases=1, warnings=1, mutes=1)
    assert await cases.record(_GROUP, _ALICE, _NOW + timedelta(days=31)) == Record()


async def test_a_case_is_appealed_once_and_closed_once(cases: SqlCases) -> None:
    await cases.open(_CASE)
    await cases.sent(_CASE.case_id, notice_id=9)
    await cases.sent(_CASE.case_id, log_message_id=10)
    await cases.rewritten(_CASE.case_id, "Вы неправы")
    assert await cases.appeal(_CASE.case_id, "Я шутил")
    assert not await cases.appeal(_CASE.case_id, "И ещё")
    assert await cases.close(_CASE.case_id, CaseState.UPHELD, by=_BOB, at=_NOW)
    assert not await cases.close(_CASE.case_id, CaseState.UNDONE, by=_BOB, at=_NOW)
    assert await cases.find(_CASE.case_id) == replace(
        _CASE, notice_id=9, log_message_id=10, polite="Вы неправы", appeal="Я шутил",
        state=CaseState.UPHELD,
        closed_by=_BOB, closed_at=_NOW,
    )  # fmt: skip


async def test_cases_of_a_chat_come_newest_first_and_go_when_they_are_old(cases: SqlCases) -> None:
    for days in range(3):
        await cases.open(another(days, created_at=_NOW + timedelta(days=days)))
    await cases.open(another(9, chat_id=_OLD))
    listed = await cases.of_chat(_GROUP, since=_NOW + timedelta(days=1), limit=10)
    assert [case.message_id for case in listed] == [102, 101]
    assert await cases.purge(_NOW + timedelta(days=2)) == 3
    assert len(await cases.of_chat(_GROUP, since=_NOW, limit=10)) == 1


async def test_notices_are_listed_until_they_are_gone(cases: SqlCases) -> None:
    for number, notice in ((1, 11), (2, 0), (3, None), (4, 14)):
        await cases.open(another(number))
        if notice is not None:
            await cases.sent(another(number).case_id, notice_id=notice)
    await cases.appeal(another(4).case_id, "")
    later = _NOW + timedelta(minutes=1)
    assert [case.notice_id for case in await cases.with_notices(later, limit=9)] == [11]
    assert await cases.with_notices(_NOW, limit=9) == []
    await cases.sent(another(1).case_id, notice_id=0)
    assert await cases.with_notices(later, limit=9) == []


async def test_settings_are_kept_whole(policies: SqlPolicies) -> None:
    assert await policies.get(_GROUP) == ChatPolicy(chat_id=_GROUP)
    chosen = ChatPolicy(
        chat_id=_GROUP, is_on=True, is_dry_run=False, checks=frozenset({Check.TOXICITY}),
        thresholds={Check.TOXICITY: 0.8}, ladder=LadderSteps(warnings=1),
        quiet_hours=QuietHours(time(22), time(7)), time_zone="Europe/Moscow", log_chat_id=-5,
    )  # fmt: skip
    await policies.save(replace(chosen, is_on=False))
    await policies.save(chosen)
    assert await policies.get(_GROUP) == chosen
    await policies.save(ChatPolicy(chat_id=_OLD))
    assert await policies.moderated() == [_GROUP]


async def test_members_earn_and_lose_their_standing(members: SqlMembers) -> None:
    assert await members.get(_GROUP, _ALICE) == Membership()
    await members.heard({(_GROUP, _ALICE): 3, (_GROUP, _BOB): 1})
    await members.heard({(_GROUP, _ALICE): 4})
    assert (await members.get(_GROUP, _ALICE)).clean_messages == 7
    await members.trust(_GROUP, _ALICE, trusted=True)
    await members.joined(_GROUP, _ALICE, _NOW)
    assert await members.get(_GROUP, _ALICE) == Membership(
        joined_at=_NOW, clean_messages=0, is_trusted=True
    )
    await members.trust(_GROUP, _ALICE, trusted=None)
    assert (await members.get(_GROUP, _ALICE)).is_trusted is None


async def test_everything_follows_a_group_that_became_a_supergroup(
    policies: SqlPolicies, members: SqlMembers, cases: SqlCases
) -> None:
    await policies.save(ChatPolicy(chat_id=_OLD, is_on=True, trusted_after=5))
    await members.heard({(_OLD, _ALICE): 2, (_OLD, _BOB): 9})
    await members.heard({(_GROUP, _ALICE): 1})
    await cases.open(_CASE)
    await cases.open(replace(_CASE, case_id="d" * 16, chat_id=_OLD))
    await policies.move(_OLD, _GROUP)
    assert await policies.get(_GROUP) == ChatPolicy(chat_id=_GROUP, is_on=True, trusted_after=5)
    assert await policies.moderated() == [_GROUP]
    assert (await members.get(_GROUP, _ALICE)).clean_messages == 1
    assert (await members.get(_GROUP, _BOB)).clean_messages == 9
    assert await cases.record(_GROUP, _ALICE, _NOW) == Record(warnings=2)


async def test_a_person_takes_cases_and_standing_along(
    cases: SqlCases, members: SqlMembers
) -> None:
    await cases.open(_CASE)
    await cases.open(another(1, user_id=_BOB, state=CaseState.WAITS))
    await cases.close(another(1).case_id, CaseState.UPHELD, by=_ALICE, at=_NOW)
    await members.heard({(_GROUP, _ALICE): 2})
    exported = await cases.export(_ALICE)
    assert "Дурак!" in str(exported)
    assert await cases.erase(_ALICE) == {"moderation_cases": 1, "moderation_members": 1}
    assert await cases.export(_ALICE) == {}
    left = await cases.find(another(1).case_id)
    assert left is not None
    assert left.closed_by == 0
