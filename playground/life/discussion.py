"""Posts of a channel in its discussion group."""

from aiogram.types import Message, MessageOriginChannel

from playground.life.authors import TELEGRAM
from playground.state.chats import Group
from playground.town import Town

COPIED_AS_IT_IS = frozenset({
    "message_id", "chat", "date", "from_user", "sender_chat", "author_signature",
    "forward_origin", "is_automatic_forward", "reply_to_message", "message_thread_id",
    "media_group_id", "edit_date", "has_protected_content",
})  # fmt: skip
"""Fields of a forwarded post that are not the content of the post."""


def discussion_of(town: Town, channel: Group) -> Group | None:
    """Give the group where the posts of a channel are discussed."""
    return town.chats.groups.get(channel.linked) if channel.linked is not None else None


def as_forwarded(town: Town, channel: Group, group: Group, post: Message) -> Message:
    """Make what Telegram puts into the discussion group: the message that comments reply to."""
    origin = post.forward_origin or MessageOriginChannel(
        date=post.date, chat=channel.as_chat(), message_id=post.message_id,
        author_signature=post.author_signature,
    )  # fmt: skip
    return post.model_copy(update={
        "message_id": town.messages.next_id(group.place), "chat": group.as_chat(),
        "from_user": TELEGRAM, "sender_chat": channel.as_chat(), "author_signature": None,
        "forward_origin": origin, "is_automatic_forward": True, "reply_to_message": None,
        "message_thread_id": None,
    })  # fmt: skip


def brought_up_to_date(copy: Message, post: Message) -> Message:
    """Give the forwarded message with the content of the edited post."""
    changed = {name: value for name, value in post if name not in COPIED_AS_IT_IS}
    return copy.model_copy(update={**changed, "edit_date": post.edit_date})
