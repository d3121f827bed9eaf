"""People send places, contacts, dice and albums, and forward."""

from collections.abc import Sequence
from typing import Any

from aiogram.types import Contact, Dice, Location, Message, Venue
from pydantic import Field

from playground.life.attaching import PERMISSION, check_photo, media_fields
from playground.life.origins import is_protected
from playground.life.post import is_service
from playground.methods.albums import check_album, new_album
from playground.methods.copying import forwarded, grouped
from playground.methods.places import HIGHEST_VALUE, plain_emoji, rolled
from playground.refusals import Refusal, SimError
from playground.sim.bodies import Body
from playground.sim.talking import caption_of, find, send, writable
from playground.state.files import Facts, Upload
from playground.state.places import Place
from playground.town import Town

PICTURES = frozenset({"photo", "video"})
FEWEST = 2


class PlaceBody(Body):
    """A point on the map, perhaps with a name."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    live_period: int | None = Field(default=None, ge=60, le=0x7FFFFFFF)
    title: str | None = None
    address: str | None = None


class ContactBody(Body):
    """Somebody's number."""

    phone_number: str = Field(min_length=1)
    first_name: str = Field(min_length=1)
    last_name: str | None = None
    user_id: int | None = None


def share(
    town: Town, person: int, chat: int, *, location: PlaceBody | None = None,
    contact: ContactBody | None = None, dice: str | None = None, reply_to: int | None = None,
    thread_id: int | None = None,
) -> Message:  # fmt: skip
    """Send one of a place, a contact and dice.

    Raises:
        SimError: There is none, it is unusable, or the person may not send it there.
    """
    if location is not None:
        permission, fields = "can_send_messages", _place(location)
    elif contact is not None:
        permission, fields = "can_send_messages", {"contact": _contact(town, contact)}
    elif dice is not None:
        permission, fields = "can_send_other_messages", {"dice": _dice(town, dice)}
    else:
        raise SimError(400, "there is nothing to send")
    place = writable(town, person, chat, permission)
    return send(town, place, person, reply_to, thread_id, **fields)


def _place(given: PlaceBody) -> dict[str, Any]:
    location = Location(
        latitude=given.latitude, longitude=given.longitude, live_period=given.live_period
    )
    if given.title is None:
        return {"location": location}
    venue = Venue(location=location, title=given.title, address=given.address or "")
    return {"location": location, "venue": venue}


def _contact(town: Town, given: ContactBody) -> Contact:
    if given.user_id is not None:
        town.users.person(given.user_id)
    return Contact(**given.model_dump())


def _dice(town: Town, emoji: str) -> Dice:
    wanted = plain_emoji(emoji)
    if wanted not in HIGHEST_VALUE:
        raise SimError(400, f"dice are one of {' '.join(HIGHEST_VALUE)}")
    return Dice(emoji=wanted, value=rolled(town, wanted))


def send_album(
    town: Town, person: int, chat: int, uploads: Sequence[Upload], *, caption: str = "",
    reply_to: int | None = None, thread_id: int | None = None,
) -> list[Message]:  # fmt: skip
    """Send several files as one album; the caption is under the first.

    Raises:
        SimError: They do not go together, or the person may not send them there.
    """
    if len(uploads) < FEWEST:
        raise SimError(400, f"an album has at least {FEWEST} files")
    kinds = _kinds(uploads)
    places = [writable(town, person, chat, PERMISSION[kind]) for kind in kinds]
    try:
        check_album(kinds)
        for kind, upload in zip(kinds, uploads, strict=True):
            if kind == "photo":
                check_photo(upload)
    except Refusal as refusal:
        raise SimError(400, f"this is no album: {refusal.description}") from refusal
    text, marks = caption_of(town, caption)
    captions: list[dict[str, Any]] = [{"caption": text, "caption_entities": marks}]
    captions += [{} for _ in uploads[1:]]
    number = new_album()
    return [
        send(
            town, places[0], person, reply_to, thread_id, media_group_id=number, **words,
            **media_fields(kind, town.files.store(kind, upload, Facts())),
        )
        for kind, upload, words in zip(kinds, uploads, captions, strict=True)
    ]  # fmt: skip


def _kinds(uploads: Sequence[Upload]) -> list[str]:
    """Tell as what files go into an album: pictures and videos, or audios; else documents."""
    kinds = [_kind(upload.mime) for upload in uploads]
    if set(kinds) <= PICTURES or set(kinds) == {"audio"}:
        return kinds
    return ["document"] * len(uploads)


def _kind(mime: str) -> str:
    family = mime.partition("/")[0]
    return {"image": "photo", "video": "video", "audio": "audio"}.get(family, "document")


def forward(
    town: Town, person: int, chat: int, message_id: int, *, to: int, thread_id: int | None = None
) -> Message:
    """Show a message in another chat.

    Raises:
        SimError: It is not there or protected, or the person may not write there.
    """
    return forward_several(town, person, chat, [message_id], to=to, thread_id=thread_id)[0]


def forward_several(
    town: Town, person: int, chat: int, message_ids: Sequence[int], *, to: int,
    thread_id: int | None = None,
) -> list[Message]:  # fmt: skip
    """Show messages in another chat; what was an album is one there, too.

    Raises:
        SimError: One is not there or protected, or the person may not write there.
    """
    source = town.place_for_person(person, chat)
    if person not in town.people_at(source):
        raise SimError(403, "this person is not in the chat")
    messages = [_forwardable(town, source, message_id) for message_id in sorted(set(message_ids))]
    place = writable(town, person, to)
    contents = grouped(messages, [forwarded(message) for message in messages])
    return [send(town, place, person, None, thread_id, **content) for content in contents]


def _forwardable(town: Town, source: Place, message_id: int) -> Message:
    message = find(town, source, message_id)
    if is_service(message):
        raise SimError(400, "service messages cannot be forwarded")
    if is_protected(town, source, message):
        raise SimError(403, "this message is protected: it cannot be forwarded")
    return message
