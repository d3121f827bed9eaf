"""Topics come, change and go; bots and people use it alike."""

from dataclasses import dataclass
from typing import Any, Final

from aiogram.types import (
    ForumTopicClosed,
    ForumTopicCreated,
    ForumTopicEdited,
    ForumTopicReopened,
    GeneralForumTopicHidden,
    GeneralForumTopicUnhidden,
    Message,
    User,
)

from playground.encoding import moment
from playground.life.authors import acting
from playground.life.post import post, unpost
from playground.life.threads import MANAGE, has_topics, topic_fields
from playground.life.views import announce
from playground.refusals import Refusal, bad_request
from playground.state.places import Place
from playground.state.topics import COLORS, GENERAL, ICONS, LONGEST_NAME, Topic
from playground.town import Town

UNNAMED: Final = "New Thread"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, a person or a bot, at work in the topics of a chat."""

    town: Town
    place: Place
    user: User

    def _is_admin(self, right: str) -> bool:
        if self.place.is_private:
            return True
        member = self.town.group_at(self.place).members.get(self.user.id)
        return member is not None and member.has_right(right)

    def may_create(self) -> bool:
        """Whether they may make topics: administrators by right, others by permission."""
        if self.place.is_private or self._is_admin(MANAGE):
            return True
        group = self.town.group_at(self.place)
        member = group.members.get(self.user.id)
        if member is None or not member.is_present or member.is_admin:
            return False
        allowed = group.permissions
        if member.status == "restricted":
            allowed &= member.permissions
        return MANAGE in allowed

    def may_edit(self, topic: Topic) -> bool:
        """Whether they may change, close and open a topic."""
        return self._is_admin(MANAGE) or (not topic.is_general and topic.creator == self.user.id)

    def may_delete(self, topic: Topic) -> bool:
        """Whether they may delete a topic with its messages."""
        return self._is_admin("can_delete_messages") or (
            not topic.is_general and topic.creator == self.user.id
        )

    def may_pin(self) -> bool:
        """Whether they may change what is pinned."""
        return self._is_admin("can_pin_messages")

    def topic(self, thread_id: int) -> Topic:
        """Find a topic.

        Raises:
            Refusal: There is none, or the chat has no topics.
        """
        self.check_forum()
        if thread_id <= 0:
            raise bad_request("invalid forum topic identifier specified")
        if thread_id == GENERAL and not self.place.is_private:
            return self.town.topics.general(self.place)
        topic = self.town.topics.find(self.place, thread_id)
        if topic is None:
            raise bad_request("TOPIC_ID_INVALID")
        return topic

    def check_forum(self) -> None:
        """Check that the chat has topics.

        Raises:
            Refusal: It has none.
        """
        if not has_topics(self.town, self.place):
            raise bad_request("the chat is not a forum")

    def create(self, name: str, color: int | None = None, icon_id: str | None = None) -> Topic:
        """Make a topic; its number is that of the message that tells of it.

        Raises:
            Refusal: The name is empty, or there is no such color or icon.
        """
        is_implicit = not name.strip() and self.place.is_private and not self.user.is_bot
        chosen = Topic(
            thread_id=self.town.messages.next_id(self.place),
            name=UNNAMED if is_implicit else _name(name),
            icon_color=_color(color), icon_id=_icon(icon_id), creator=self.user.id,
            is_name_implicit=is_implicit,
        )  # fmt: skip
        topic = self.town.topics.add(self.place, chosen)
        created = ForumTopicCreated(
            name=topic.name, icon_color=topic.icon_color, icon_custom_emoji_id=topic.icon_id,
            is_name_implicit=is_implicit or None,
        )  # fmt: skip
        self._tell(topic, message_id=topic.thread_id, forum_topic_created=created)
        return topic

    def edit(self, topic: Topic, name: str | None, icon_id: str | None) -> None:
        """Change the name, or the icon ("" takes it away); None keeps it.

        Raises:
            Refusal: Nothing changes, or the new one is unusable.
        """
        new_name = _name(name) if name else topic.name
        new_icon = topic.icon_id if icon_id is None else _icon(icon_id)
        is_named, is_drawn = new_name != topic.name, new_icon != topic.icon_id
        if not name and icon_id is None:
            return
        if not is_named and not is_drawn:
            raise not_modified()
        topic.name, topic.icon_id, topic.is_name_implicit = new_name, new_icon, False
        edited = ForumTopicEdited(
            name=new_name if is_named else None,
            icon_custom_emoji_id=(new_icon or "") if is_drawn else None,
        )
        self._tell(topic, forum_topic_edited=edited)

    def close(self, topic: Topic, *, is_closed: bool) -> None:
        """Close a topic, or open it again; an opened General is shown, too.

        Raises:
            Refusal: It is so already.
        """
        if topic.is_closed == is_closed:
            raise not_modified()
        topic.is_closed = is_closed
        topic.is_hidden = topic.is_hidden and is_closed
        if is_closed:
            self._tell(topic, forum_topic_closed=ForumTopicClosed())
        else:
            self._tell(topic, forum_topic_reopened=ForumTopicReopened())

    def hide_general(self, *, is_hidden: bool) -> None:
        """Hide General, which also closes it, or show it again.

        Raises:
            Refusal: It is so already.
        """
        topic = self.topic(GENERAL)
        if topic.is_hidden == is_hidden:
            raise not_modified()
        topic.is_hidden, topic.is_closed = is_hidden, is_hidden or topic.is_closed
        if is_hidden:
            self._tell(topic, general_forum_topic_hidden=GeneralForumTopicHidden())
        else:
            self._tell(topic, general_forum_topic_unhidden=GeneralForumTopicUnhidden())

    def delete(self, topic: Topic) -> None:
        """Delete a topic with all its messages.

        Raises:
            Refusal: It is General.
        """
        if topic.is_general:
            raise bad_request("TOPIC_ID_INVALID")
        self.town.topics.remove(self.place, topic.thread_id)
        unpost(self.town, self.place, self._messages(topic))
        announce(self.town, self.place)

    def unpin_all(self, topic: Topic) -> None:
        """Take the pins of a topic away."""
        inside = set(self._messages(topic))
        for message_id in [
            one for one in self.town.chats.pins.get(self.place, ()) if one in inside
        ]:
            self.town.chats.unpin(self.place, message_id)
        announce(self.town, self.place)

    def _messages(self, topic: Topic) -> list[int]:
        wanted = None if topic.is_general else topic.thread_id
        return [
            message.message_id
            for message in self.town.messages.at(self.place)
            if (message.message_thread_id if message.is_topic_message else None) == wanted
        ]

    def _tell(self, topic: Topic, message_id: int | None = None, **event: Any) -> None:  # noqa: ANN401 - the fields of Message
        town, place = self.town, self.place
        message = Message(
            message_id=message_id or town.messages.next_id(place),
            **acting(town, place, self.user),
            chat=town.chat_at(place),
            date=moment(town.now()),
            **topic_fields(town, place, topic),
            **event,
        )
        post(town, place, message)
        announce(town, place)


def not_modified() -> Refusal:
    """The refusal of a change that changes nothing."""
    return bad_request("TOPIC_NOT_MODIFIED")


def _name(name: str) -> str:
    cleaned = " ".join(name.split())[:LONGEST_NAME]
    if not cleaned:
        raise bad_request("title must be non-empty")
    return cleaned


def _color(color: int | None) -> int:
    if color is None:
        return COLORS[0]
    if color not in COLORS:
        raise bad_request("invalid icon color specified")
    return color


def _icon(icon_id: str | None) -> str | None:
    if icon_id and not icon_id.isdigit():
        raise bad_request("invalid custom emoji identifier specified")
    if icon_id and icon_id not in ICONS:
        raise bad_request("DOCUMENT_INVALID")
    return icon_id or None
