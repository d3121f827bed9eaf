from playground.post import expire_drafts, show_draft, stop_draft
from playground.state.drafts import Draft
from playground.state.places import Place
from playground.town import Town


class FakeTime:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def draft(bot: int, *, keep: bool = False) -> Draft:
    return Draft(bot, 1, "a", [], can_stop=True, keep_on_stop=keep, until=1_030.0)


def test_a_draft_disappears_after_its_time() -> None:
    time = FakeTime()
    town = Town(now=time)
    bot = town.add_bot("B", "b_bot")
    place = Place(town.users.add_person("A").id, bot.id)
    show_draft(town, place, draft(bot.id))
    time.now += 29
    expire_drafts(town)
    assert place in town.drafts.shown
    time.now += 1
    expire_drafts(town)
    assert [event.get("reason") for event in town.events.after(0)] == [None, "expired"]


def test_a_stopped_draft_stays_when_its_bot_wants_that() -> None:
    town = Town(now=FakeTime())
    bot = town.add_bot("B", "b_bot")
    place = Place(town.users.add_person("A").id, bot.id)
    for keep in (True, False):
        shown = draft(bot.id, keep=keep)
        show_draft(town, place, shown)
        stop_draft(town, place, shown)
        assert (place in town.drafts.shown) is keep
    stops = [one.update["stopped_message_generation"] for one in town.queues[bot.id].pending]
    assert [stop["draft_id"] for stop in stops] == [1, 1]
