from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.moderation.ladder import Record, Step, step_for
from services.moderation.models import Action, Check, Finding, Label, Severity
from services.moderation.policy import LadderSteps, Trust

STEPS = LadderSteps()
HOUR = timedelta(hours=1)


def found(
    severity: Severity = Severity.RUDE, label: Label = Label.TOXIC, *, sure: bool = True
) -> Finding:
    return Finding(check=Check.TOXICITY, label=label, score=0.9, severity=severity, is_sure=sure)


def step(
    finding: Finding, trust: Trust = Trust.MEMBER, record: Record | None = None
) -> tuple[Action, bool]:
    taken = step_for([finding], trust=trust, record=record or Record(), steps=STEPS)
    return taken.action, taken.delete


def test_a_rude_member_climbs_the_ladder() -> None:
    rude = found()
    assert step(rude) == (Action.REPHRASE, False)
    assert step(rude, record=Record(rephrases=1)) == (Action.REPHRASE, False)
    assert step(rude, record=Record(rephrases=2)) == (Action.WARN, True)
    assert step(rude, record=Record(rephrases=2, warnings=3)) == (Action.MUTE, True)
    assert step(rude, record=Record(rephrases=2, warnings=3, mutes=2)) == (Action.BAN, True)


def test_what_is_worse_begins_higher() -> None:
    assert step(found(Severity.MILD)) == (Action.REPHRASE, False)
    assert step(found(Severity.MILD), record=Record(rephrases=2)) == (Action.WARN, False)
    assert step(found(Severity.GRAVE)) == (Action.WARN, True)
    assert step(found(Severity.GRAVE), Trust.NEWCOMER) == (Action.MUTE, True)
    assert step(found(label=Label.SPAM)) == (Action.WARN, True)
    assert step(found(label=Label.SPAM), Trust.NEWCOMER) == (Action.BAN, True)
    assert step(found(label=Label.FLOOD)) == (Action.MUTE, True)


def test_who_is_trusted_is_spared_one_step_and_banned_by_people_alone() -> None:
    assert step(found(Severity.MILD), Trust.TRUSTED) == (Action.ALLOW, False)
    assert step(found(), Trust.TRUSTED) == (Action.REPHRASE, False)
    assert step(found(), Trust.TRUSTED, Record(rephrases=2)) == (Action.REPHRASE, False)
    assert step(found(), Trust.TRUSTED, Record(warnings=3)) == (Action.WARN, True)
    assert step(found(label=Label.SPAM), Trust.TRUSTED) == (Action.WARN, True)
    assert step(found(), Trust.TRUSTED, Record(mutes=2))[0] is Action.REVIEW


def test_what_no_check_is_sure_of_goes_to_people() -> None:
    assert step(found(sure=False)) == (Action.REVIEW, False)
    both = [found(Severity.GRAVE, sure=False), found(Severity.MILD)]
    taken = step_for(both, trust=Trust.MEMBER, record=Record(), steps=STEPS)
    assert taken.action is Action.REPHRASE


@pytest.mark.parametrize(("mutes", "hours"), [(0, 1), (1, 2), (3, 8), (50, 720)])
def test_each_mute_lasts_twice_as_long_but_not_for_ever(mutes: int, hours: int) -> None:
    steps = LadderSteps(mutes=100, warnings=0, mute_for=HOUR)
    taken = step_for([found()], trust=Trust.MEMBER, record=Record(mutes=mutes), steps=steps)
    assert taken == Step(action=Action.MUTE, delete=True, mute_for=hours * HOUR)


counts = st.integers(0, 6)


@given(
    st.lists(
        st.builds(
            Finding,
            check=st.sampled_from(Check),
            label=st.sampled_from(Label),
            score=st.floats(0, 1),
            severity=st.sampled_from(Severity),
            is_sure=st.booleans(),
        ),
        max_size=4,
    ),
    st.builds(Record, rephrases=counts, warnings=counts, mutes=counts),
)
def test_more_trust_never_means_a_harder_step(findings: list[Finding], record: Record) -> None:
    rank = [Action.ALLOW, Action.REPHRASE, Action.WARN, Action.MUTE, Action.REVIEW, Action.BAN]
    taken = [step_for(findings, trust=trust, record=record, steps=STEPS).action for trust in Trust]
    ranks = [rank.index(action) for action in taken]
    assert ranks == sorted(ranks, reverse=True)
    assert taken[-1] is Action.ALLOW
