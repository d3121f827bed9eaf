"""People make topics, name them, close them, delete them."""

from collections.abc import Iterator
from contextlib import contextmanager

from playground.encoding import Json
from playground.life.forum import Actor
from playground.life.threads import has_topics
from playground.life.views import chat_json
from playground.refusals import PREFIXES, Refusal, SimError
from playground.state.topics import ICONS, Topic
from playground.town import Town


@contextmanager
def _sentences() -> Iterator[None]:
    """Say to people what bots would be told."""
    try:
        yield
    except Refusal as refusal:
        words = refusal.description.removeprefix(PREFIXES[400])
        raise SimError(400, f"Telegram refuses: {words}") from refusal


def _actor(town: Town, person: int, chat: int) -> Actor:
    user, place = town.users.person(person), town.place_for_person(person, chat)
    if person not in town.people_at(place):
        raise SimError(403, "this person is not in the chat")
    if not has_topics(town, place):
        raise SimError(400, "this chat has no topics")
    if (
        place.bot_id is not None
        and not town.users.bots[place.bot_id].user.allows_users_to_create_topics
    ):
        raise SimError(403, "this bot lets nobody make or change topics")
    return Actor(town, place, user)


def _topic(actor: Actor, thread_id: int) -> Topic:
    try:
        return actor.topic(thread_id)
    except Refusal as refusal:
        raise SimError(404, f"there is no topic {thread_id} in this chat") from refusal


def _icon_id(icon: str | None) -> str | None:
    """Find the icon with an emoji; "" for none, None for the same as before."""
    if not icon:
        return icon
    for icon_id, emoji in ICONS.items():
        if icon in {emoji, icon_id}:
            return icon_id
    raise SimError(400, f"{icon} is no icon of topics; there are {' '.join(ICONS.values())}")


def make(
    town: Town, person: int, chat: int, name: str, *, icon_color: int | None = None,
    icon: str | None = None,
) -> Json:  # fmt: skip
    """Make a topic.

    Raises:
        SimError: The person may not, the chat has no topics, or name, color or icon are unusable.
    """
    actor = _actor(town, person, chat)
    if not actor.may_create():
        raise SimError(403, "this person may not make topics")
    with _sentences():
        return actor.create(name, icon_color, _icon_id(icon)).as_json()


def change(
    town: Town, person: int, chat: int, thread_id: int, *, name: str | None = None,
    icon: str | None = None, is_closed: bool | None = None, is_hidden: bool | None = None,
) -> Json:  # fmt: skip
    """Change a topic: what is None stays.

    Raises:
        SimError: The person may not, or it is so already.
    """
    actor = _actor(town, person, chat)
    topic = _topic(actor, thread_id)
    if not actor.may_edit(topic):
        raise SimError(403, "this person may not change this topic")
    if actor.place.is_private and (is_closed is not None or is_hidden is not None):
        raise SimError(400, "topics of a private chat are neither closed nor hidden")
    if is_hidden is not None and not topic.is_general:
        raise SimError(400, "only the General topic can be hidden")
    with _sentences():
        actor.edit(topic, name, _icon_id(icon))
        if is_hidden is not None:
            actor.hide_general(is_hidden=is_hidden)
        if is_closed is not None:
            actor.close(topic, is_closed=is_closed)
    return topic.as_json()


def delete(town: Town, person: int, chat: int, thread_id: int) -> Json:
    """Delete a topic with all its messages.

    Raises:
        SimError: The person may not, or it is General.
    """
    actor = _actor(town, person, chat)
    topic = _topic(actor, thread_id)
    if topic.is_general:
        raise SimError(400, "the General topic cannot be deleted")
    if not actor.may_delete(topic):
        raise SimError(403, "this person may not delete this topic")
    actor.delete(topic)
    return chat_json(town, actor.place, person)
