import pytest

from playground.client.story import Story, matches
from playground.state.events import EventLog


@pytest.fixture
def log() -> EventLog:
    return EventLog(lambda: 1.0)


def test_events_are_read_from_any_number_on(log: EventLog) -> None:
    for number in range(5):
        log.add("message", to=[1], chat=2, number=number)
    assert [event["seq"] for event in log.after(3)] == [4, 5]
    assert list(log.after(5)) == []


def test_lost_events_begin_with_a_reset(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(20_010):
        log.add("typing", to=[1], chat=2)
    first, second, *_ = log.after(0)
    assert (first["kind"], first["seq"], second["seq"]) == ("reset", 10, 11)
    later_run = EventLog(lambda: 1.0)
    later_run.add("typing", to=[1], chat=2)
    assert [event["kind"] for event in later_run.after(9_999)] == ["reset", "typing"]


def test_a_story_retells_a_conversation() -> None:
    story = Story()
    user = {"id": 5, "is_bot": True, "first_name": "Bot"}
    message = {
        "message_id": 3, "date": 0, "chat": {"id": 1, "type": "private"}, "from": user, "text": "a",
    }  # fmt: skip
    common = {"to": [1], "chat": 5}
    for number, text in enumerate(("", "He", "Hello")):
        draft = {"draft_id": 9, "text": text, "can_stop": True}
        story.add(common | {"seq": number, "kind": "draft", "draft": draft})
    story.add(common | {"seq": 3, "kind": "draft_gone", "draft_id": 9, "reason": "sent"})
    story.add(common | {"seq": 4, "kind": "message", "message": message})
    story.add(common | {"seq": 5, "kind": "edited", "message": message | {"text": "b"}})
    chat = story.at((1, 5))
    assert (chat.messages[3].text, chat.messages[3].versions) == ("b", 2)
    assert story.recent((1, 5)).split("\n") == [
        "    draft 9: Hello", "    draft 9 is gone: sent", "    Bot: a", "    Bot edited 3: b",
    ]  # fmt: skip
    assert matches("b", "abc")
