"""Which topic or comment thread a message is in."""

from typing import Any, Final

from aiogram.types import Message

from playground.encoding import Json
from playground.refusals import Refusal, bad_request
from playground.state.places import Place
from playground.state.topics import GENERAL, Topic
from playground.town import Town

MANAGE: Final = "can_manage_topics"


class TopicClosed(Refusal):
    """Somebody may not write in a topic that is closed."""

    def __init__(self) -> None:
        super().__init__(400, "TOPIC_CLOSED")


def has_topics(town: Town, place: Place) -> bool:
    """Whether a chat has topics: a forum, or a private chat with a bot that has them on."""
    if place.bot_id is not None:
        return bool(town.users.bots[place.bot_id].user.has_topics_enabled)
    return town.group_at(place).is_forum


def topics_json(town: Town, place: Place) -> Json:
    """Give what a ``Chat`` of the users' side tells of topics."""
    if not has_topics(town, place):
        return {"is_forum": False, "topics": []}
    if not place.is_private:
        town.topics.general(place)
    return {"is_forum": True, "topics": [topic.as_json() for topic in town.topics.at(place)]}


def thread_fields(
    town: Town, place: Place, user_id: int, thread_id: int | None, replied: Message | None = None
) -> dict[str, Any]:
    """Give the fields of ``Message`` for a thread, for a person and a bot alike.

    A reply is in the thread of the message that it replies to. A message in a topic replies to
    the topic's first message, unless it replies to another one.

    Args:
        town: The town.
        place: Where.
        user_id: Who writes.
        thread_id: The thread that is asked for; None for none.
        replied: The message that is replied to.

    Raises:
        Refusal: There is no such thread, or the topic is closed for this user.
    """
    if not has_topics(town, place):
        return _comment_fields(town, place, thread_id, replied)
    if not thread_id and replied is not None and replied.is_topic_message:
        thread_id = replied.message_thread_id
    if not thread_id:
        check_open(town, place, user_id, None)
        return _comment_fields(town, place, None, replied)
    topic = town.topics.find(place, thread_id)
    if topic is None or topic.is_general:
        raise bad_request("message thread not found")
    check_open(town, place, user_id, topic)
    return topic_fields(town, place, topic) | _reply(replied)


def topic_fields(town: Town, place: Place, topic: Topic) -> dict[str, Any]:
    """Give the fields of a message in a topic that replies to nothing else."""
    if topic.is_general:
        return {}
    fields = {"message_thread_id": topic.thread_id, "is_topic_message": True}
    return fields | _reply(town.messages.find(place, topic.thread_id))


def _reply(message: Message | None) -> dict[str, Any]:
    if message is None:
        return {}
    alone = {"reply_to_message": None, "reply_markup": None}
    return {"reply_to_message": message.model_copy(update=alone)}


def _comment_fields(
    town: Town, place: Place, thread_id: int | None, replied: Message | None
) -> dict[str, Any]:
    """A chat without topics: replies in a supergroup make threads, posts have comments."""
    if thread_id:
        root = town.messages.find(place, thread_id)
        if root is None or not root.is_automatic_forward:
            raise bad_request("message thread not found")
        return {"message_thread_id": thread_id} | _reply(replied or root)
    if replied is None or place.is_private or town.group_at(place).type != "supergroup":
        return {}
    return {"message_thread_id": replied.message_thread_id or replied.message_id}


def beside(message: Message) -> dict[str, Any]:
    """Give the fields of a service message about a message: it is in the same topic."""
    if not message.is_topic_message:
        return {}
    return {"message_thread_id": message.message_thread_id, "is_topic_message": True}


def check_open(town: Town, place: Place, user_id: int, topic: Topic | None) -> None:
    """Check that somebody may write in a topic, or in General.

    Raises:
        Refusal: It is closed, and they neither made it nor manage topics.
    """
    if place.is_private:
        return
    topic = topic or town.topics.find(place, GENERAL)
    if topic is None or not topic.is_closed or topic.creator == user_id:
        return
    member = town.group_at(place).members.get(user_id)
    if member is None or not member.has_right(MANAGE):
        raise TopicClosed


def action_thread(town: Town, place: Place, thread_id: int | None) -> int | None:
    """Give the topic in which "typing..." is shown; here General has its number.

    Raises:
        Refusal: There is no such topic.
    """
    if not thread_id or not has_topics(town, place):
        return None
    if thread_id != GENERAL and town.topics.find(place, thread_id) is None:
        raise bad_request("message thread not found")
    return thread_id
