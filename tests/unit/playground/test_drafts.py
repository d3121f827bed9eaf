from playground.life.post import drop_draft, expire_drafts, show_draft, stop_draft
from playground.state.drafts import Draft
from playground.state.places import Place
from playground.town import Town
from tests.fakes.town_time import FakeTime


def draft(bot: int, *, keep: bool = False) -> Draft:
    return Draft(bot, 1, "a", [], can_stop=True, keep_on_stop=keep, until=1_030.0)


def test_a_draft_disappears_after_its_time() -> None:
    time = FakeTime(1_000.0)
    town = Town(now=time)
    bot = town.add_bot("B", "b_bot")
    place = Place(town.users.add_person("A").id, bot.id)
    show_draft(town, place, draft(bot.id))
    time.now += 29
    expire_drafts(town)
    assert [one.draft_id for one in town.drafts.at(place)] == [1]
    time.now += 1
    expire_drafts(town)
    assert [event.get("reason") for event in town.events.after(0)] == [None, "expired"]


def test_a_stopped_draft_stays_when_its_bot_wants_that() -> None:
    town = Town(now=FakeTime(1_000.0))
    bot = town.add_bot("B", "b_bot")
    place = Place(town.users.add_person("A").id, bot.id)
    for keep in (True, False):
        shown = draft(bot.id, keep=keep)
        show_draft(town, place, shown)
        stop_draft(town, place, shown)
        assert bool(town.drafts.at(place)) is keep
    stops = [one.update["stopped_message_generation"] for one in town.queues[bot.id].pending]
    assert [stop["draft_id"] for stop in stops] == [1, 1]


def test_each_topic_has_a_draft_of_its_own() -> None:
    town = Town(now=FakeTime(1_000.0))
    bot = town.add_bot("B", "b_bot")
    place = Place(town.users.add_person("A").id, bot.id)
    for thread_id in (None, 5, 6):
        one = draft(bot.id)
        one.thread_id = thread_id
        show_draft(town, place, one)
    drop_draft(town, place, "sent", 5)
    assert [one.thread_id for one in town.drafts.at(place)] == [None, 6]
