"""Locations, venues, contacts and dice."""

import math
from typing import Any, Final

from aiogram import methods
from aiogram.types import Contact, Dice, Location, Message, Venue

from playground.methods.addressing import addressed
from playground.methods.editing import UNEDITABLE, answer, change, target
from playground.methods.speaking import say
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.town import Town

area = Area()
FOR_EVER: Final = 0x7FFFFFFF
SHORTEST_LIVE_S: Final = 60
LONGEST_LIVE_S: Final = 86_400
HEADINGS: Final = 360
FARTHEST_ALERT_M: Final = 100_000
WORST_ACCURACY_M: Final = 1500
HIGHEST_LATITUDE: Final = 90
HIGHEST_LONGITUDE: Final = 180
HIGHEST_VALUE: Final = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
LONGEST_VCARD: Final = 2048


def point(call: Any, *, live: bool = False) -> dict[str, Any]:  # noqa: ANN401 - any method with a latitude
    """Give the fields of ``Location`` for a point on the map.

    Raises:
        Refusal: It is not on the map.
    """
    on_map = abs(call.latitude) <= HIGHEST_LATITUDE and abs(call.longitude) <= HIGHEST_LONGITUDE
    if not on_map:
        raise bad_request(f"invalid {'live ' if live else ''}location specified")
    accuracy = min(max(getattr(call, "horizontal_accuracy", None) or 0, 0), WORST_ACCURACY_M)
    fields = {"latitude": call.latitude, "longitude": call.longitude}
    return fields | ({"horizontal_accuracy": math.ceil(accuracy)} if accuracy else {})


def _live(call: Any) -> dict[str, Any]:  # noqa: ANN401 - any method with a live location
    """Give the fields of a live location.

    Raises:
        Refusal: A number is out of its range.
    """
    heading, alert = call.heading or 0, call.proximity_alert_radius or 0
    if not 0 <= heading <= HEADINGS:
        raise bad_request("wrong live location heading specified")
    if not 0 <= alert <= FARTHEST_ALERT_M:
        raise bad_request("wrong live location proximity alert radius specified")
    return {"heading": heading or None, "proximity_alert_radius": alert or None}


def _check_period(period: int) -> None:
    if period != FOR_EVER and not SHORTEST_LIVE_S <= period <= LONGEST_LIVE_S:
        raise bad_request("wrong live location period specified")


@area.answers_to(methods.SendLocation)
def send_location(caller: Caller, call: methods.SendLocation) -> Message:
    """Send a point on the map, or a live location."""
    envelope = addressed(caller, call)
    fields = point(call, live=bool(call.live_period))
    if call.live_period:
        _check_period(call.live_period)
        if envelope.receiver is not None:
            raise bad_request("unallowed message content specified")
        fields |= {"live_period": call.live_period, **_live(call)}
    return say(caller, envelope, call.reply_markup, location=Location(**fields))


@area.answers_to(methods.EditMessageLiveLocation)
def edit_message_live_location(
    caller: Caller, call: methods.EditMessageLiveLocation
) -> Message | bool:
    """Move a live location."""
    place, message = target(caller, call)
    location = _running(caller, message)
    period = call.live_period or location.live_period
    if call.live_period:
        _check_period(call.live_period)
    moved = Location(**point(call, live=True), live_period=period, **_live(call))
    return answer(call, change(caller, place, message, call.reply_markup, location=moved))


def _running(caller: Caller, message: Message) -> Location:
    location = message.location
    if location is None or location.live_period is None:
        raise bad_request("there is no live location in the message to edit")
    age_s = caller.town.now() - message.date.timestamp()
    if location.live_period != FOR_EVER and age_s >= location.live_period:
        raise bad_request(UNEDITABLE)
    return location


@area.answers_to(methods.StopMessageLiveLocation)
def stop_message_live_location(
    caller: Caller, call: methods.StopMessageLiveLocation
) -> Message | bool:
    """End a live location where it is."""
    place, message = target(caller, call)
    last = _running(caller, message)
    stopped = Location(
        latitude=last.latitude, longitude=last.longitude,
        horizontal_accuracy=last.horizontal_accuracy,
    )  # fmt: skip
    return answer(call, change(caller, place, message, call.reply_markup, location=stopped))


@area.answers_to(methods.SendVenue)
def send_venue(caller: Caller, call: methods.SendVenue) -> Message:
    """Send a place with a name."""
    envelope = addressed(caller, call)
    location = Location(**point(call))
    venue = Venue(
        location=location, title=call.title, address=call.address,
        foursquare_id=call.foursquare_id, foursquare_type=call.foursquare_type,
        google_place_id=call.google_place_id, google_place_type=call.google_place_type,
    )  # fmt: skip
    return say(caller, envelope, call.reply_markup, venue=venue, location=location)


@area.answers_to(methods.SendContact)
def send_contact(caller: Caller, call: methods.SendContact) -> Message:
    """Send somebody's telephone number."""
    for name in ("phone_number", "first_name"):
        if not getattr(call, name):
            raise bad_request(f'parameter "{name}" is required')
    envelope = addressed(caller, call)
    contact = Contact(
        phone_number=call.phone_number, first_name=call.first_name,
        last_name=call.last_name or None, vcard=(call.vcard or "")[:LONGEST_VCARD] or None,
    )  # fmt: skip
    return say(caller, envelope, call.reply_markup, contact=contact)


def rolled(town: Town, emoji: str) -> int:
    """Roll a die, throw a dart and the like, by the seed of the limits."""
    return town.limits.chance.whole(f"dice {emoji}", 1, HIGHEST_VALUE[emoji])


def plain_emoji(emoji: str | None) -> str:
    """Give a die's emoji as Telegram writes it; without any it is the die."""
    return (emoji or "🎲").replace("\N{VARIATION SELECTOR-16}", "")


@area.answers_to(methods.SendDice)
def send_dice(caller: Caller, call: methods.SendDice) -> Message:
    """Send an emoji with a random value."""
    emoji = plain_emoji(call.emoji)
    if emoji not in HIGHEST_VALUE:
        raise bad_request("DICE_EMOJI_INVALID")
    envelope = addressed(caller, call, "can_send_other_messages")
    dice = Dice(emoji=emoji, value=rolled(caller.town, emoji))
    return say(caller, envelope, call.reply_markup, dice=dice)
