"""Topics of forums and of private chats with the bot."""

import base64
from typing import Final

from aiogram import methods
from aiogram.types import ForumTopic, Sticker

from playground.life.forum import Actor
from playground.methods.addressing import reachable
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.files import Upload
from playground.state.topics import GENERAL, ICONS, Topic

area = Area()
ICON_SIDE: Final = 100
BLANK: Final = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
"""The picture of every icon: nothing, in WebP."""
OPENS: Final = "not enough rights to close or open the topic"


def _actor(caller: Caller, chat_id: int | str) -> Actor:
    place = reachable(caller, chat_id)
    if place.is_private and not caller.bot.user.has_topics_enabled:
        raise bad_request("the chat is not a forum")
    return Actor(caller.town, place, caller.bot.user)


def _forum(caller: Caller, chat_id: int | str) -> Actor:
    """An actor in a group: what a private chat does not have is refused there."""
    actor = _actor(caller, chat_id)
    if actor.place.is_private:
        raise bad_request("the chat is not a forum")
    return actor


@area.answers_to(methods.CreateForumTopic)
def create_forum_topic(caller: Caller, call: methods.CreateForumTopic) -> ForumTopic:
    """Make a topic."""
    actor = _actor(caller, call.chat_id)
    actor.check_forum()
    if not actor.may_create():
        raise bad_request("not enough rights to create a topic")
    topic = actor.create(call.name, call.icon_color, call.icon_custom_emoji_id)
    return ForumTopic(
        message_thread_id=topic.thread_id, name=topic.name, icon_color=topic.icon_color,
        icon_custom_emoji_id=topic.icon_id,
    )  # fmt: skip


def _editable(actor: Actor, thread_id: int, words: str) -> Topic:
    topic = actor.topic(thread_id)
    if not actor.may_edit(topic):
        raise bad_request(words)
    return topic


@area.answers_to(methods.EditForumTopic)
def edit_forum_topic(caller: Caller, call: methods.EditForumTopic) -> bool:
    """Change a topic's name and icon."""
    actor = _actor(caller, call.chat_id)
    topic = _editable(actor, call.message_thread_id, "not enough rights to edit the topic")
    actor.edit(topic, call.name, call.icon_custom_emoji_id)
    return True


@area.answers_to(methods.EditGeneralForumTopic)
def edit_general_forum_topic(caller: Caller, call: methods.EditGeneralForumTopic) -> bool:
    """Change General's name."""
    actor = _forum(caller, call.chat_id)
    topic = _editable(actor, GENERAL, "not enough rights to edit the topic")
    if not call.name:
        raise bad_request("title must be non-empty")
    actor.edit(topic, call.name, None)
    return True


@area.answers_to_each(methods.CloseForumTopic, methods.ReopenForumTopic)
def close_forum_topic(
    caller: Caller, call: methods.CloseForumTopic | methods.ReopenForumTopic
) -> bool:
    """Let nobody but administrators write in a topic, or everybody again."""
    actor = _forum(caller, call.chat_id)
    topic = _editable(actor, call.message_thread_id, OPENS)
    actor.close(topic, is_closed=isinstance(call, methods.CloseForumTopic))
    return True


@area.answers_to_each(methods.CloseGeneralForumTopic, methods.ReopenGeneralForumTopic)
def close_general_forum_topic(
    caller: Caller, call: methods.CloseGeneralForumTopic | methods.ReopenGeneralForumTopic
) -> bool:
    """The same for General."""
    actor = _forum(caller, call.chat_id)
    topic = _editable(actor, GENERAL, OPENS)
    actor.close(topic, is_closed=isinstance(call, methods.CloseGeneralForumTopic))
    return True


@area.answers_to_each(methods.HideGeneralForumTopic, methods.UnhideGeneralForumTopic)
def hide_general_forum_topic(
    caller: Caller, call: methods.HideGeneralForumTopic | methods.UnhideGeneralForumTopic
) -> bool:
    """Take General out of sight, or show it again."""
    actor = _forum(caller, call.chat_id)
    _editable(actor, GENERAL, OPENS)
    actor.hide_general(is_hidden=isinstance(call, methods.HideGeneralForumTopic))
    return True


@area.answers_to(methods.DeleteForumTopic)
def delete_forum_topic(caller: Caller, call: methods.DeleteForumTopic) -> bool:
    """Delete a topic with its messages."""
    actor = _actor(caller, call.chat_id)
    topic = actor.topic(call.message_thread_id)
    if not actor.may_delete(topic):
        raise bad_request("not enough rights to delete the topic")
    actor.delete(topic)
    return True


@area.answers_to(methods.UnpinAllForumTopicMessages)
def unpin_all_forum_topic_messages(
    caller: Caller, call: methods.UnpinAllForumTopicMessages
) -> bool:
    """Take the pins of a topic away."""
    actor = _actor(caller, call.chat_id)
    return _unpin_all(actor, actor.topic(call.message_thread_id))


@area.answers_to(methods.UnpinAllGeneralForumTopicMessages)
def unpin_all_general_forum_topic_messages(
    caller: Caller, call: methods.UnpinAllGeneralForumTopicMessages
) -> bool:
    """Take the pins of General away."""
    actor = _forum(caller, call.chat_id)
    return _unpin_all(actor, actor.topic(GENERAL))


def _unpin_all(actor: Actor, topic: Topic) -> bool:
    if not actor.may_pin():
        raise bad_request("not enough rights to manage pinned messages in the chat")
    actor.unpin_all(topic)
    return True


@area.answers_to(methods.GetForumTopicIconStickers)
def get_forum_topic_icon_stickers(
    caller: Caller, _call: methods.GetForumTopicIconStickers
) -> list[Sticker]:
    """Give the icons that every bot may use."""
    return [_icon(caller, icon_id, emoji) for icon_id, emoji in ICONS.items()]


def _icon(caller: Caller, icon_id: str, emoji: str) -> Sticker:
    files, known = caller.town.files, caller.town.topics.icon_files
    stored = files.find(known.get(icon_id, ""))
    if stored is None:
        stored = files.store("sticker", Upload(f"{icon_id}.webp", "image/webp", BLANK))
        known[icon_id] = stored.id
    return Sticker(
        file_id=stored.id, file_unique_id=stored.unique_id, file_size=stored.size,
        type="custom_emoji", width=ICON_SIDE, height=ICON_SIDE, is_animated=False,
        is_video=False, emoji=emoji, set_name="Topics", custom_emoji_id=icon_id,
    )  # fmt: skip
