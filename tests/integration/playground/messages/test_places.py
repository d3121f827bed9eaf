"""Places, contacts and dice."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from playground.server import Running
from playground.users import Person, Playground, Refused
from tests.fakes.town_time import FakeTime


async def test_a_live_location_moves_and_stops(bot: Bot, alice: Person) -> None:
    sent = await bot.send_location(
        alice.id, 1.5, 2.5, live_period=600, heading=90, horizontal_accuracy=3.2
    )
    assert sent.location is not None
    assert (sent.location.horizontal_accuracy, sent.location.heading) == (4, 90)
    moved = await sent.edit_live_location(3.5, 4.5, heading=180)
    assert not isinstance(moved, bool)
    assert moved.location is not None
    assert (moved.location.latitude, moved.location.live_period) == (3.5, 600)
    seen = await alice.sees(where=lambda one: one.message.location is not None)
    assert seen.message.location is not None
    assert seen.message.location.model_dump() == moved.location.model_dump()
    stopped = await sent.stop_live_location()
    assert not isinstance(stopped, bool)
    assert stopped.location is not None
    assert (stopped.location.latitude, stopped.location.live_period) == (3.5, None)
    with pytest.raises(TelegramBadRequest, match="there is no live location in the message"):
        await sent.edit_live_location(1, 1)


async def test_a_live_location_ends_with_its_period(
    bot: Bot, alice: Person, time: FakeTime
) -> None:
    sent = await bot.send_location(alice.id, 1, 2, live_period=60)
    time.now += 59
    await sent.edit_live_location(3, 4)
    time.now += 1
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await sent.edit_live_location(5, 6)


async def test_places_contacts_and_dice_travel_both_ways(
    bot: Bot, town: Playground, alice: Person
) -> None:
    venue = await bot.send_venue(alice.id, 1, 2, "Cafe", "Street 1", foursquare_id="f")
    assert venue.venue is not None
    assert venue.location == venue.venue.location
    contact = await bot.send_contact(alice.id, "+1555", "Ann", last_name="B")
    seen = await alice.sees(where=lambda one: one.message.contact is not None)
    assert seen.message.contact is not None
    assert contact.contact is not None
    assert seen.message.contact.model_dump() == contact.contact.model_dump()
    await alice.sends_location(1.0, 2.0, live_period=600)
    await alice.sends_contact("+1", "Zoe")
    rolled = await alice.rolls("🏀")
    updates = [one.message for one in await bot.get_updates() if one.message is not None]
    assert [one.content_type for one in updates] == ["location", "contact", "dice"]
    assert updates[2].dice is not None
    assert rolled.message.dice is not None
    assert updates[2].dice.value == rolled.message.dice.value
    with pytest.raises(Refused, match="dice are one of"):
        await alice.rolls("🥣")


async def test_dice_fall_by_the_seed_of_the_town(bot: Bot, alice: Person, server: Running) -> None:
    server.town.limits.chance.sow(7)
    first = [(await bot.send_dice(alice.id)).dice for _ in range(8)]
    server.town.limits.chance.sow(7)
    second = [(await bot.send_dice(alice.id)).dice for _ in range(8)]
    assert first == second
    values = {one.value for one in first if one is not None}
    assert values <= set(range(1, 7))
    assert len(values) > 1


async def test_a_forwarded_die_shows_what_it_showed(bot: Bot, alice: Person) -> None:
    slots = [await bot.send_dice(alice.id, emoji="🎰") for _ in range(3)]
    forwards = [await one.forward(alice.id) for one in slots]
    assert [one.dice for one in forwards] == [one.dice for one in slots]


async def test_what_is_old_stays(bot: Bot, alice: Person, time: FakeTime) -> None:
    text, die = await bot.send_message(alice.id, "text"), await bot.send_dice(alice.id)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await die.delete()
    time.now += 25 * 3600
    await die.delete()
    time.now += 23 * 3600
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await text.delete()
