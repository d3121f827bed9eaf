"""People press keys of reply keyboards, which may ask for more than a text."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from aiogram.types import (
    ChatShared,
    Contact,
    KeyboardButton,
    KeyboardButtonRequestChat,
    KeyboardButtonRequestUsers,
    Location,
    Message,
    SharedUser,
    User,
    UserShared,
    UsersShared,
    WebAppData,
)

from playground.refusals import SimError
from playground.sim import polls
from playground.sim.bodies import Body
from playground.sim.talking import send, writable, write
from playground.state.chats import Group
from playground.state.members import RIGHTS
from playground.state.places import Place
from playground.town import Town

PHONE: Final = "+888{:08d}"
Fields = dict[str, Any]


class WhereBody(Body):
    """A point on the map."""

    latitude: float
    longitude: float


class PressBody(Body):
    """Which key, and what it asks for."""

    text: str
    contact: bool = False
    location: WhereBody | None = None
    users: list[int] | None = None
    chat: int | None = None
    poll: polls.NewPoll | None = None
    web_app_data: str | None = None


def press(town: Town, person: int, chat: int, body: PressBody) -> Message:
    """Press a key of the reply keyboard that is shown.

    In a group the text goes out as a reply to the message that brought the keyboard, so that a
    bot in privacy mode hears it.

    Raises:
        SimError: It is not shown, or asks for something else than what was given.
    """
    place = writable(town, person, chat)
    shown = town.keyboards.at(place, person)
    button = _key(shown.keyboard.keyboard if shown.keyboard else [], body.text)
    origin = find_origin(town, place, shown.message_id)
    if button.request_poll is not None:
        return _ask_poll(town, person, chat, button, body.poll)
    for asked, answer in ANSWERS.items():
        if getattr(button, asked):
            fields = answer(town, place, person, button, body)
            return send(town, place, person, origin if "contact" in fields else None, **fields)
    if button.request_managed_bot is not None:
        raise SimError(400, "managed bots are not made here")
    return write(town, person, chat, button.text, reply_to=None if place.is_private else origin)


def find_origin(town: Town, place: Place, message_id: int) -> int | None:
    """Give the message that brought the keyboard, if it is still there."""
    return message_id if town.messages.find(place, message_id) is not None else None


def _key(rows: Sequence[Sequence[KeyboardButton]], text: str) -> KeyboardButton:
    for button in (button for row in rows for button in row):
        if button.text == text:
            return button
    labels = ", ".join(f'"{button.text}"' for row in rows for button in row)
    raise SimError(404, f"there is no such key; shown are {labels or 'none'}")


def _ask_poll(
    town: Town, person: int, chat: int, button: KeyboardButton, poll: polls.NewPoll | None
) -> Message:
    wanted = button.request_poll.type if button.request_poll else None
    if poll is None:
        raise SimError(400, 'this key asks for a "poll"')
    if wanted in {"quiz", "regular"} and poll.type != wanted:
        raise SimError(400, f'this key asks for a poll of the type "{wanted}"')
    return polls.ask(town, person, chat, poll)


def contact_of(user: User) -> Contact:
    """Give somebody's own contact; numbers are made up, of a code that nobody has."""
    return Contact(
        phone_number=PHONE.format(user.id % 100_000_000), first_name=user.first_name,
        last_name=user.last_name, user_id=user.id,
    )  # fmt: skip


def _contact(
    town: Town, _place: Place, person: int, _button: KeyboardButton, body: PressBody
) -> Fields:
    if not body.contact:
        raise SimError(400, 'this key asks for "contact": true')
    return {"contact": contact_of(town.users.people[person])}


def _location(
    _town: Town, _place: Place, _person: int, _button: KeyboardButton, body: PressBody
) -> Fields:
    if body.location is None:
        raise SimError(400, 'this key asks for a "location"')
    return {
        "location": Location(latitude=body.location.latitude, longitude=body.location.longitude)
    }


def _users(
    town: Town, _place: Place, _person: int, button: KeyboardButton, body: PressBody
) -> Fields:
    asked, chosen = button.request_users, list(dict.fromkeys(body.users or ()))
    assert asked is not None  # noqa: S101 - this is why it was called
    if not 1 <= len(chosen) <= (asked.max_quantity or 1):
        raise SimError(400, f'this key asks for 1 to {asked.max_quantity or 1} "users"')
    users = [_suitable(town, asked, user_id) for user_id in chosen]
    shared = UsersShared(
        request_id=asked.request_id, user_ids=chosen,
        users=[_shared(town, asked, user) for user in users],
    )  # fmt: skip
    if len(chosen) > 1:
        return {"users_shared": shared}
    one = UserShared(request_id=asked.request_id, user_id=chosen[0])
    return {"users_shared": shared, "user_shared": one}


def _suitable(town: Town, asked: KeyboardButtonRequestUsers, user_id: int) -> User:
    user = town.users.find(user_id)
    if user is None:
        raise SimError(404, f"there is nobody with the id {user_id}")
    is_other_kind = asked.user_is_bot is not None and asked.user_is_bot != user.is_bot
    premium = bool(user.is_premium)
    if is_other_kind or (asked.user_is_premium is not None and asked.user_is_premium != premium):
        raise SimError(400, f"{user.first_name} is not of the kind that this key asks for")
    return user


def _shared(town: Town, asked: KeyboardButtonRequestUsers, user: User) -> SharedUser:
    photos = town.photos.get(user.id, [])
    return SharedUser(
        user_id=user.id,
        first_name=user.first_name if asked.request_name else None,
        last_name=user.last_name if asked.request_name else None,
        username=user.username if asked.request_username else None,
        photo=photos[0] if asked.request_photo and photos else None,
    )


def _chat(town: Town, place: Place, person: int, button: KeyboardButton, body: PressBody) -> Fields:
    asked = button.request_chat
    assert asked is not None  # noqa: S101 - this is why it was called
    if body.chat is None:
        raise SimError(400, 'this key asks for a "chat"')
    group = town.chats.group_for_person(body.chat)
    if person not in town.people_at(group.place):
        raise SimError(403, "this person is not in that chat")
    if unsuited := _why_unsuited(asked, group, person, place.bot_id or 0):
        raise SimError(400, unsuited)
    shared = ChatShared(
        request_id=asked.request_id, chat_id=group.id,
        title=group.title if asked.request_title else None,
        username=group.username if asked.request_username else None,
    )  # fmt: skip
    return {"chat_shared": shared}


def _why_unsuited(
    asked: KeyboardButtonRequestChat, group: Group, person: int, bot: int
) -> str | None:
    """Say why a chat is not what a key asks for, if it is not."""
    mine, its = group.members.get(person), group.members.get(bot)
    is_bot_in = its is not None and its.is_present
    checks = {
        "a channel": asked.chat_is_channel == (group.type == "channel"),
        "a forum": asked.chat_is_forum in (None, group.is_forum),
        "a public chat": asked.chat_has_username in (None, bool(group.username)),
        "their own chat": not asked.chat_is_created
        or (mine is not None and mine.status == "creator"),
        "a chat with the bot": not asked.bot_is_member or is_bot_in,
        "a chat where they have these rights": mine is not None
        and all(map(mine.has_right, _rights(asked.user_administrator_rights))),
        "a chat where the bot has these rights": not asked.bot_administrator_rights
        or (its is not None and all(map(its.has_right, _rights(asked.bot_administrator_rights)))),
    }
    failed = next((name for name, holds in checks.items() if not holds), None)
    return f"the key asks otherwise about this: {failed}" if failed else None


def _rights(rights: object) -> list[str]:
    return [name for name in RIGHTS if getattr(rights, name, None)]


def _web_app(
    _town: Town, _place: Place, _person: int, button: KeyboardButton, body: PressBody
) -> Fields:
    if body.web_app_data is None:
        raise SimError(400, 'this key opens a Mini App, which sends "web_app_data"')
    return {"web_app_data": WebAppData(data=body.web_app_data, button_text=button.text)}


Answer = Callable[[Town, Place, int, KeyboardButton, PressBody], Fields]
ANSWERS: Final[dict[str, Answer]] = {
    "request_contact": _contact, "request_location": _location, "request_users": _users,
    "request_chat": _chat, "web_app": _web_app,
}  # fmt: skip
