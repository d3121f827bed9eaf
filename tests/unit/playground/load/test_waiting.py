from playground.client.story import chat_of
from playground.encoding import Json
from playground.load.acts import Answer
from playground.load.figures import ActionFigures, Latency
from playground.load.waiting import Wait, Waiting

ALICE, BOB, BOT, CLUB = 5, 6, 7, -100
HERE = chat_of(ALICE, BOT)


def event(
    kind: str, text: str = "", *, to: int = ALICE, message_id: int = 1, **more: object
) -> Json:
    message = {"message_id": message_id, "from": {"is_bot": True}, "text": text, **more}
    return {"kind": kind, "to": [to], "chat": BOT, "message": message}


def answer(query_id: str) -> Json:
    return {"kind": "answer", "to": [ALICE], "chat": BOT, "query_id": query_id}


def test_a_marked_answer_goes_to_its_own_question() -> None:
    waiting, first, second = Waiting(10.0), Latency(), Latency()
    waiting.expect((Answer.MESSAGE, HERE, 0), Wait(first, 0.0, "#1#"))
    waiting.expect((Answer.MESSAGE, HERE, 0), Wait(second, 1.0, "#2#"))
    waiting.event(event("message", "you said #2#"), 1.5)
    assert (first.taken_s, second.taken_s) == ([], [0.5])
    waiting.event(event("message", "you said #1#"), 4.0)
    assert first.taken_s == [4.0]
    assert not waiting.open


def test_unmarked_answers_are_taken_in_order() -> None:
    waiting, latency = Waiting(10.0), Latency()
    for since in (0.0, 1.0):
        waiting.expect((Answer.EDITED, HERE, 3), Wait(latency, since))
    waiting.event(event("edited", "1", message_id=4), 1.0)
    waiting.event(event("edited", "1", message_id=3), 2.0)
    waiting.event(event("edited", "2", message_id=3), 2.5)
    assert latency.taken_s == [2.0, 1.5]


def test_another_chat_and_another_person_do_not_answer() -> None:
    waiting, latency = Waiting(10.0), Latency()
    waiting.expect((Answer.MESSAGE, HERE, 0), Wait(latency, 0.0))
    waiting.event(event("message", to=BOB), 1.0)
    waiting.event({**event("message"), "chat": CLUB}, 1.0)
    own = event("message")
    own["message"]["from"] = {"is_bot": False}
    waiting.event(own, 1.0)
    assert waiting.open


def test_a_tap_may_be_answered_before_its_request_ends() -> None:
    waiting, latency = Waiting(10.0), Latency()
    waiting.event(answer("q1"), 0.5)
    waiting.expect_answer("q1", Wait(latency, 0.0))
    waiting.expect_answer("q2", Wait(latency, 1.0))
    waiting.event(answer("q2"), 3.0)
    assert latency.taken_s == [0.5, 2.0]
    assert not waiting.open


def test_patience_ends_and_a_late_answer_counts_for_nobody() -> None:
    waiting, latency = Waiting(10.0), Latency()
    waiting.expect((Answer.MESSAGE, HERE, 0), Wait(latency, 0.0))
    waiting.expect_answer("q", Wait(latency, 0.0))
    waiting.expire(10.0)
    assert latency.lost == 0
    waiting.expire(10.1)
    assert latency.lost == 2
    waiting.event(event("message"), 11.0)
    waiting.event(answer("q"), 11.0)
    assert latency.taken_s == []


def test_a_refused_act_waits_for_nothing_and_loses_nothing() -> None:
    waiting, latency = Waiting(10.0), Latency()
    wait = Wait(latency, 0.0)
    waiting.expect((Answer.MESSAGE, HERE, 0), wait)
    wait.give_up(lost=False)
    waiting.event(event("message"), 1.0)
    waiting.expire(100.0)
    assert (latency.taken_s, latency.lost) == ([], 0)


def test_the_newest_buttons_are_before_their_eyes() -> None:
    waiting = Waiting(10.0)
    rows = [[{"text": "a"}, {"text": "b"}], [{"text": "c"}]]
    waiting.event(event("message", message_id=4, reply_markup={"inline_keyboard": rows}), 0.0)
    view = waiting.view(ALICE, BOT)
    assert (view.tappable, view.newest) == (4, 4)
    assert view.labels == (("a", 0, 0), ("b", 0, 1), ("c", 1, 0))
    waiting.event(event("message", "no buttons", message_id=5), 0.0)
    assert (view.tappable, view.newest) == (4, 5)
    waiting.event(event("edited", "done", message_id=4), 0.0)
    assert view.tappable == 0
    assert not view.labels


def test_figures_as_json() -> None:
    figures = ActionFigures(n=4, request=Latency([0.001]))
    figures.answer("message").taken_s += [0.1, 0.4, 0.2]
    figures.answer("message").lost += 1
    assert figures.as_json() == {
        "n": 4, "refused": 0, "skipped": 0,
        "request": {
            "n": 1, "lost": 0, "p50_ms": 1.0, "p95_ms": 1.0, "p99_ms": 1.0, "max_ms": 1.0,
        },
        "message": {
            "n": 3, "lost": 1, "p50_ms": 200.0, "p95_ms": 400.0, "p99_ms": 400.0, "max_ms": 400.0,
        },
    }  # fmt: skip
    assert Latency(lost=2).as_json()["p50_ms"] is None
