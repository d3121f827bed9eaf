"""A conversation as a test script: ``GET .../script``."""

import keyword
import re
from collections.abc import Iterator
from typing import Final

from aiogram.types import User

from playground.encoding import Json, encode
from playground.sim.retelling import Retelling, lines
from playground.state.places import Place
from playground.town import Town

TAKEN: Final = frozenset({"town", "group", "picture", "voice", "pytest"})
HEAD: Final = '''"""{title}, told again as a test.

Run it with your bot at the playground, for example:
    samovar playground --port 8080        (and your bot on http://127.0.0.1:8080)
    pytest -p playground.fixtures --playground http://127.0.0.1:8080 {file}
"""

import pytest

{imports}

pytestmark = pytest.mark.asyncio


async def test_{name}(town: Playground) -> None:
{body}
'''


def script_of(town: Town, person: int, chat: int) -> str:
    """Retell what happened in a chat as a pytest module for the typed client.

    It begins with what the town still remembers: messages that are kept, and of these taps,
    edits and reactions as far as the last 20,000 events reach.

    Raises:
        SimError: There is no such person or chat.
    """
    who = town.users.person(person)
    place = town.place_for_person(person, chat)
    events = list(_events(town, place, person))
    people = _people(town, events, who)
    retelling = Retelling(people, people[person], lambda file_id: _bytes(town, file_id))
    for event in events:
        retelling.take(event)
    code = [*_opening(town, place, people), "", *lines(retelling.end())]
    title = town.group_at(place).title if not place.is_private else _bot_name(town, place)
    name = (
        f"{people[person]}_in_{_slug(title, 'group')}"
        if not place.is_private
        else (f"{people[person]}_talks_with_{_slug(title, 'bot')}")
    )
    return HEAD.format(
        title=f"{who.first_name} and {title}".replace("\\", "").replace('"', "'"),
        file=f"test_{name}.py", name=name, imports=_imports(code),
        body="\n".join(f"    {line}" if line else "" for line in code),
    )  # fmt: skip


def _events(town: Town, place: Place, person: int) -> Iterator[Json]:
    """What this person saw in the chat, and the taps of all who are in it, in order."""
    found = [event for event in town.events.after(0) if _is_here(event, place, person)]
    told = {event["message"]["message_id"] for event in found if event["kind"] == "message"}
    for message in town.messages.at(place):
        if message.message_id not in told:
            yield _signed(town, place, {"kind": "message", "message": encode(message)})
    yield from (_signed(town, place, event) for event in found)


def _signed(town: Town, place: Place, event: Json) -> Json:
    """Name who really wrote a post, or something as an anonymous administrator."""
    if place.is_private or event["kind"] not in ("message", "edited"):
        return event
    author = town.group_at(place).authors.get(event["message"]["message_id"])
    user = None if author is None else town.users.find(author)
    return event if user is None else event | {"message": event["message"] | {"from": encode(user)}}


def _is_here(event: Json, place: Place, person: int) -> bool:
    if event["kind"] == "delivery":
        query = event["delivery"]["update"].get("callback_query", {})
        chat = query.get("message", {}).get("chat", {}).get("id")
        is_bot = place.bot_id in (None, event["delivery"]["bot"])
        return is_bot and chat == place.chat_id
    is_told = person in event["to"] or (event["kind"] == "vote" and not place.is_private)
    if not is_told or event.get("chat") != place.peer_id:
        return False
    return event["kind"] != "answer" or bool(event["text"])


def _people(town: Town, events: list[Json], who: User) -> dict[int, str]:
    """Give a variable to everybody who does something here."""
    names: dict[int, str] = {}
    for user in (who.id, *_actors(events)):
        person = town.users.people.get(user)
        if person is not None and user not in names:
            name = _slug(person.first_name, f"person_{len(names) + 1}")
            names[user] = f"{name}_{len(names) + 1}" if name in names.values() else name
    return names


def _actors(events: list[Json]) -> Iterator[int]:
    for event in events:
        if event["kind"] in ("message", "edited"):
            yield event["message"].get("from", {}).get("id", 0)
        elif event["kind"] == "delivery":
            yield event["delivery"]["update"]["callback_query"]["from"]["id"]
        elif event["kind"] == "vote":
            yield from event["to"]
        elif event["kind"] == "reactions":
            yield from (user for reaction in event["reactions"] for user in reaction["by"])


def _opening(town: Town, place: Place, people: dict[int, str]) -> Iterator[str]:
    """Who is there; a group is founded anew, so that the test needs nothing but a bot."""
    founder = "" if place.is_private else "_person"
    for user, name in people.items():
        yield f"{name}{founder} = await town.somebody({_details(town.users.people[user])})"
    if place.is_private:
        return
    group = town.group_at(place)
    owner = next((user for user in people if user in group.members), next(iter(people)))
    others = ", ".join(f"{name}_person" for user, name in people.items() if user != owner)
    kind = "" if group.type == "supergroup" else f", type={group.type!r}"
    yield (
        f"group = await town.new_group({group.title!r}, {people[owner]}_person,"
        f" members=[{others}], admins=[town.bot_id]{kind})"
    )
    for name in people.values():
        yield f"{name} = {name}_person.in_group(group)"


def _details(person: User) -> str:
    known = {
        "last_name": person.last_name, "username": person.username,
        "language_code": person.language_code,
    }  # fmt: skip
    given = (f"{name}={value!r}" for name, value in known.items() if value)
    return ", ".join([repr(person.first_name), *given])


def _imports(code: list[str]) -> str:
    makers = [name for name in ("picture", "voice") if any(f"({name}(" in line for line in code)]
    samples = f"from playground.client.samples import {', '.join(makers)}\n" if makers else ""
    return f"{samples}from playground.users import Playground"


def _bytes(town: Town, file_id: str) -> bytes | None:
    stored = town.files.find(file_id)
    return None if stored is None else stored.upload.content


def _bot_name(town: Town, place: Place) -> str:
    return town.users.bots[place.peer_id].user.first_name


def _slug(text: str, otherwise: str) -> str:
    """Give a name for Python: small Latin letters, digits and underscores."""
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return (
        slug
        if slug[:1].isalpha() and not keyword.iskeyword(slug) and slug not in TAKEN
        else otherwise
    )
