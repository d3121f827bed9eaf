from services.inference.caps import WAITING, Caps
from services.inference.kinds import JobKind


def test_every_kind_has_a_cap_that_leaves_room_for_several_chats() -> None:
    assert set(WAITING) == set(JobKind)
    assert all(Caps().of_chat(kind) * 4 <= Caps().of_kind(kind) for kind in JobKind)


def test_chat_has_a_quarter_of_the_room_but_never_less_than_four_jobs() -> None:
    caps = Caps(waiting={JobKind.DRAW: 40, JobKind.SPEAK: 2})
    assert caps.of_chat(JobKind.DRAW) == 10
    assert caps.of_chat(JobKind.SPEAK) == 4


def test_unnamed_chats_have_one_part() -> None:
    caps = Caps(weights={"family": 2.0})
    assert (caps.weight("family"), caps.weight("other"), caps.weight("")) == (2.0, 1.0, 1.0)
