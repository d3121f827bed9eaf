from dataclasses import dataclass, field, replace
from datetime import timedelta

from services.errors import UnavailableError
from services.moderation.cases import CaseState
from services.moderation.checks import ALL_CHECKS
from services.moderation.hearing import CleanMessages
from services.moderation.messages import Author, GroupMessage
from services.moderation.models import Action, Check, Finding, Label, Severity
from services.moderation.moderator import Moderator
from services.moderation.policy import ChatPolicy
from services.moderation.ports import Membership, TextJudgement
from services.moderation.traffic import TrafficCounts
from services.moderation.trusting import TrustOf
from tests.fakes.clock import FakeClock
from tests.fakes.moderation import FakeCases, FakeJudge, FakeMembers, FakePolicies, FakeTraffic

_GROUP, _ALICE, _ADMIN = -5, 7, 9
_RUDE, _UNSURE, _KIND = "грубо", "странно", "спасибо"


def _finding(score: float, *, sure: bool = True) -> Finding:
    return Finding(
        check=Check.TOXICITY, label=Label.TOXIC, score=score, severity=Severity.RUDE,
        is_sure=sure, spans=((0, 5),),
    )  # fmt: skip


@dataclass
class _Staff:
    is_down: bool = False

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        if self.is_down:
            raise UnavailableError("down", dependency="telegram")
        return user_id == _ADMIN


@dataclass
class _Chat:
    clock: FakeClock = field(default_factory=FakeClock)
    policies: FakePolicies = field(default_factory=FakePolicies)
    members: FakeMembers = field(default_factory=FakeMembers)
    cases: FakeCases = field(default_factory=FakeCases)
    traffic: FakeTraffic = field(default_factory=FakeTraffic)
    staff: _Staff = field(default_factory=_Staff)

    def __post_init__(self) -> None:
        self.policies.kept[_GROUP] = ChatPolicy(chat_id=_GROUP, is_on=True, is_dry_run=False)
        heard = CleanMessages(members=self.members, clock=self.clock)
        judge = FakeJudge({
            _RUDE: TextJudgement(toxicity=0.9, spam=0.1, findings=(_finding(0.9),)),
            _UNSURE: TextJudgement(toxicity=0.4, spam=0, findings=(_finding(0.4, sure=False),)),
        })  # fmt: skip
        self.moderator = Moderator(
            policies=self.policies,
            trust=TrustOf(members=self.members, administrators=self.staff, heard=heard),
            cases=self.cases, judge=judge, traffic=self.traffic, heard=heard, clock=self.clock,
            checks=ALL_CHECKS,
        )  # fmt: skip

    def said(self, *parts: str, number: int = 1, author: int = _ALICE) -> GroupMessage:
        return GroupMessage(
            chat_id=_GROUP, message_id=number, thread_id=0, author=Author.PERSON,
            author_id=author, name="Alice", parts=parts, sent_at=self.clock.now(),
        )  # fmt: skip

    def chooses(self, **changes: object) -> None:
        self.policies.kept[_GROUP] = replace(self.policies.kept[_GROUP], **changes)  # type: ignore[arg-type]


async def test_a_rude_message_makes_one_case_however_often_it_is_judged() -> None:
    chat = _Chat()
    case = await chat.moderator(chat.said(_RUDE))
    assert case is not None
    assert (case.verdict.action, case.verdict.delete) == (Action.REPHRASE, False)
    assert (case.verdict.label, case.verdict.toxicity) == (Label.TOXIC, 0.9)
    assert await chat.moderator(chat.said(_RUDE)) == case
    edited = replace(chat.said(_RUDE), edited_at=chat.clock.now() + timedelta(minutes=1))
    again = await chat.moderator(edited)
    assert again is not None
    assert again.case_id != case.case_id


async def test_kind_words_pass_and_count_towards_trust() -> None:
    chat = _Chat()
    chat.chooses(trusted_after=3)
    for number in range(3):
        assert await chat.moderator(chat.said(_KIND, number=number)) is None
    chat.traffic.counts = TrafficCounts(messages=99)
    floods = [await chat.moderator(chat.said(_KIND, number=number)) for number in (4, 5, 6)]
    verdicts = [case.verdict for case in floods if case is not None]
    assert [verdict.label for verdict in verdicts] == [Label.FLOOD] * 3
    # Mutes enough for a ban, but who is trusted is banned by people alone.
    assert verdicts[-1].action is Action.REVIEW


async def test_where_it_is_off_nothing_is_judged_and_a_trial_is_noted() -> None:
    chat = _Chat()
    chat.chooses(is_dry_run=True)
    case = await chat.moderator(chat.said(_RUDE))
    assert case is not None
    assert case.was_dry_run
    assert not case.counts
    chat.chooses(is_on=False)
    assert await chat.moderator(chat.said(_RUDE, number=2)) is None


async def test_administrators_bots_and_the_chat_itself_are_never_judged() -> None:
    chat = _Chat()
    assert await chat.moderator(chat.said(_RUDE, author=_ADMIN)) is None
    for author in (Author.ANONYMOUS_ADMIN, Author.LINKED_CHANNEL, Author.BOT):
        assert await chat.moderator(replace(chat.said(_RUDE), author=author)) is None
    assert await chat.moderator(chat.said(_RUDE, author=_GROUP)) is None


async def test_an_outage_of_telegram_judges_everybody_alike() -> None:
    chat = _Chat()
    chat.staff.is_down = True
    case = await chat.moderator(chat.said(_RUDE, author=_ADMIN))
    assert case is not None


async def test_what_nobody_is_sure_of_waits_for_people() -> None:
    chat = _Chat()
    case = await chat.moderator(chat.said(_UNSURE))
    assert case is not None
    assert (case.state, case.verdict.label) == (CaseState.WAITS, Label.UNSURE)
    assert not case.verdict.delete
    chat.chooses(thresholds={Check.TOXICITY: 0.3})
    strict = await chat.moderator(chat.said(_UNSURE, number=2))
    assert strict is not None
    assert strict.verdict.action is Action.REPHRASE
    chat.chooses(checks=frozenset({Check.SPAM}))
    assert await chat.moderator(chat.said(_UNSURE, number=3)) is None


async def test_a_rude_caption_of_a_poll_or_file_counts_without_spans_in_the_text() -> None:
    chat = _Chat()
    case = await chat.moderator(chat.said(_KIND, "да", _RUDE))
    assert case is not None
    assert case.verdict.findings[0].spans == ()
    bare = await chat.moderator(chat.said("", _RUDE, number=2))
    assert bare is not None
    assert bare.verdict.findings[0].spans == ()


async def test_a_mute_names_its_end_and_steps_expire() -> None:
    chat = _Chat()
    judged = [await chat.moderator(chat.said(_RUDE, number=number)) for number in range(7)]
    cases = [case for case in judged if case is not None]
    assert [case.verdict.action.value for case in cases] == [
        "rephrase", "rephrase", "warn", "warn", "warn", "mute", "mute",
    ]  # fmt: skip
    assert cases[-1].muted_until == chat.clock.now() + timedelta(hours=2)
    await chat.clock.sleep(timedelta(days=31).total_seconds())
    fresh = await chat.moderator(chat.said(_RUDE, number=8))
    assert fresh is not None
    assert fresh.verdict.action is Action.REPHRASE


async def test_a_newcomer_with_a_bare_link_goes_and_a_member_is_warned() -> None:
    chat = _Chat()
    link = "https://example.org"
    message = replace(chat.said(link), links=(link,))
    assert await chat.moderator(message) is None
    chat.members.kept[_GROUP, _ALICE] = Membership(joined_at=chat.clock.now())
    case = await chat.moderator(replace(message, message_id=2))
    assert case is not None
    assert (case.verdict.action, case.verdict.delete) == (Action.BAN, True)


async def test_clean_messages_are_put_down_now_and_then() -> None:
    chat = _Chat()
    await chat.moderator(chat.said(_KIND))
    assert chat.moderator.heard.waiting(_GROUP, _ALICE) == 1
    await chat.moderator.heard._put_down()
    assert chat.moderator.heard.waiting(_GROUP, _ALICE) == 0
    assert chat.members.kept[_GROUP, _ALICE].clean_messages == 1
