"""What happened in a chat becomes lines of a test."""

import ast

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.encoding import Json
from playground.sim.retelling import Retelling, lines

ALICE, BOB, BOT = 1, 2, 9
NAMES = {ALICE: "alice", BOB: "bob"}


def message(number: int, text: str | None, sender: int = BOT, **more: object) -> Json:
    said = {} if text is None else {"text": text}
    return {
        "message_id": number, "from": {"id": sender, "is_bot": sender == BOT},
        "chat": {"type": "private"}, **said, **more,
    }  # fmt: skip


def new(number: int, text: str | None, sender: int = BOT, **more: object) -> Json:
    return {"kind": "message", "message": message(number, text, sender, **more)}


def edited(number: int, text: str | None, sender: int = BOT, **more: object) -> Json:
    return {"kind": "edited", "message": message(number, text, sender, **more)}


def buttons(*labels: str) -> Json:
    row = [{"text": label, "callback_data": f"data of {label}"} for label in labels]
    return {"inline_keyboard": [row]}


def tap(label: str, on: Json, *, state: str = "queued") -> Json:
    query = {"from": {"id": ALICE}, "data": f"data of {label}", "message": on}
    return {"kind": "delivery", "delivery": {"update": {"callback_query": query}, "state": state}}


def told(*events: Json) -> list[str]:
    retelling = Retelling(NAMES, "alice", lambda _: b"bytes")
    for event in events:
        retelling.take(event)
    return lines(retelling.end())


def test_a_question_and_its_answer() -> None:
    assert told(new(1, "hi", ALICE), new(2, "hello")) == [
        "await alice.says('hi')",
        "await alice.sees('hello')",
    ]


def test_start_with_and_without_a_payload() -> None:
    assert told(new(1, "/start", ALICE), new(2, "/start abc", ALICE)) == [
        "await alice.starts()",
        "",
        "await alice.starts('abc')",
    ]


def test_an_answer_that_grew_is_expected_as_it_became() -> None:
    events = [new(1, "hi", ALICE), new(2, "..."), edited(2, "I th"), edited(2, "I think")]
    assert told(*events) == ["await alice.says('hi')", "await alice.sees('I think')"]


def test_a_placeholder_that_came_and_went_is_not_expected() -> None:
    events = [new(1, "hi", ALICE), new(2, "wait"), new(3, "done"),
              {"kind": "deleted", "message_ids": [2]}]  # fmt: skip
    assert told(*events) == ["await alice.says('hi')", "await alice.sees('done')"]


def test_a_tap_its_toast_and_the_message_that_changed() -> None:
    shown = message(2, "menu", reply_markup=buttons("A", "B"))
    events = [
        new(1, "hi", ALICE), {"kind": "message", "message": shown},
        tap("B", shown), tap("B", shown, state="delivered"),
        {"kind": "answer", "text": "chosen"}, edited(2, "B it is"),
    ]  # fmt: skip
    assert told(*events) == [
        "await alice.says('hi')",
        "message_1 = await alice.sees('menu')",
        "assert message_1.buttons == ['A', 'B']",
        "",
        "await alice.taps('B', on=message_1)",
        "await alice.sees_toast('chosen')",
        "message_1 = await alice.sees('B it is')",
    ]


def test_a_message_that_is_taken_back_later_is_gone() -> None:
    events = [new(1, "hi", ALICE), new(2, "secret"), new(3, "ok", ALICE),
              {"kind": "deleted", "message_ids": [2]}]  # fmt: skip
    assert told(*events)[1] == "message_1 = await alice.sees('secret')"
    assert told(*events)[-1] == "await alice.sees_gone(message_1)"


def test_a_small_file_goes_along_and_a_large_one_is_as_long() -> None:
    file = {"file_id": "f", "file_name": "a.txt", "mime_type": "text/plain", "file_size": 5}
    small = told(new(1, None, ALICE, document=file, caption="look"))
    assert small == [
        "await alice.sends('document', b'bytes', name='a.txt', mime='text/plain', caption='look')"
    ]
    retelling = Retelling(NAMES, "alice", lambda _: bytes(10_000))
    retelling.take(new(1, None, ALICE, document=file | {"file_size": 10_000}))
    assert "bytes(10000)" in lines(retelling.end())[0]


def test_a_reaction_of_a_person_is_done_and_one_of_the_bot_is_seen() -> None:
    def reactions(*by: int) -> Json:
        shown = [{"type": "emoji", "emoji": "👀", "by": list(by)}] if by else []
        return {"kind": "reactions", "message_id": 1, "reactions": shown}

    assert told(new(1, "hi", ALICE), reactions(BOT), reactions(BOT, BOB), reactions(BOT)) == [
        "message_1 = await alice.says('hi')",
        "await alice.sees_reaction(message_1, '👀')",
        "",
        "await bob.reacts(message_1, '👀')",
        "",
        "await bob.reacts(message_1, None)",
    ]


def test_polls_and_votes() -> None:
    poll = {"question": "Tea?", "is_anonymous": True, "allows_multiple_answers": False,
            "options": [{"text": "yes"}, {"text": "no"}]}  # fmt: skip
    vote = {"kind": "vote", "to": [ALICE], "message_id": 1, "options": [1]}
    counted = edited(1, None, poll=poll)
    assert told(new(1, None, poll=poll), vote, counted, vote | {"options": []}) == [
        "message_1 = await alice.sees_poll('Tea?')",
        "",
        "await alice.votes(message_1, 'no')",
        "",
        "await alice.votes(message_1)",
    ]
    assert told(new(1, None, BOB, poll=poll | {"is_anonymous": False})) == [
        "await bob.asks_poll('Tea?', ['yes', 'no'], is_anonymous=False)"
    ]


def test_what_is_neither_text_nor_file() -> None:
    point = {"latitude": 1.5, "longitude": -2.0}
    contact = {"phone_number": "+7", "first_name": "Bob"}
    events = [new(1, None, ALICE, location=point), new(2, None, ALICE, contact=contact),
              new(3, None, ALICE, dice={"emoji": "🎯", "value": 3})]  # fmt: skip
    assert [line for line in told(*events) if line] == [
        "await alice.sends_location(1.5, -2.0)",
        "await alice.sends_contact('+7', 'Bob')",
        "await alice.rolls('🎯')",
    ]


def test_what_cannot_be_retold_is_said() -> None:
    assert told(new(1, None, ALICE, story={})) == ["# not retold: a message of another kind"]


@settings(deadline=None)
@given(st.lists(st.text().map("said {}".format), min_size=1, max_size=5))
def test_any_text_stays_the_same_text(texts: list[str]) -> None:
    asked = [new(2 * number, text, ALICE) for number, text in enumerate(texts)]
    answered = [new(2 * number + 1, text) for number, text in enumerate(texts)]
    code = told(*(event for pair in zip(asked, answered, strict=True) for event in pair))
    tree = ast.parse("\n".join(["async def test():", *(f"    {line}" for line in code)]))
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert sorted(map(str, found)) == sorted(texts * 2)
