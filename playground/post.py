"""What happens becomes events for people and updates for bots, here and nowhere else."""

from collections.abc import Sequence
from typing import Final

from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageGenerationStopped,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    User,
)

from playground.encoding import Json, encode, moment
from playground.formatting.utf16 import cut
from playground.state.callbacks import Query
from playground.state.drafts import Draft
from playground.state.members import AnyChatMember
from playground.state.places import Place
from playground.state.users import BotAccount, public
from playground.town import Town

SERVICE: Final = (
    "new_chat_members", "left_chat_member", "pinned_message", "new_chat_title", "new_chat_photo",
    "delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created",
    "migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_created", "forum_topic_edited",
    "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden",
    "general_forum_topic_unhidden", "users_shared", "chat_shared", "web_app_data",
    "write_access_allowed", "message_auto_delete_timer_changed",
)  # fmt: skip


def post(town: Town, place: Place, message: Message) -> Message:
    """Store a new message and tell everybody who gets it."""
    town.messages.keep(place, message)
    if place.is_private and message.from_user is not None and message.from_user.is_bot:
        drop_draft(town, place, "sent", message.message_thread_id)
    _tell(town, "message", place, message=encode(message))
    _update_bots(town, place, "channel_post" if is_channel(message) else "message", message)
    return message


def repost(town: Town, place: Place, message: Message) -> Message:
    """Store a new version of a message."""
    town.messages.keep(place, message)
    _tell(town, "edited", place, message=encode(message))
    return message


def repost_by_person(town: Town, place: Place, message: Message) -> Message:
    """Store a person's edit; bots hear of it."""
    repost(town, place, message)
    kind = "edited_channel_post" if is_channel(message) else "edited_message"
    _update_bots(town, place, kind, message)
    return message


def unpost(town: Town, place: Place, message_ids: Sequence[int]) -> None:
    """Delete messages; bots are not told, as in Telegram."""
    for message_id in message_ids:
        town.messages.remove(place, message_id)
        town.reactions.forget(place, message_id)
        town.chats.unpin(place, message_id)
    _tell(town, "deleted", place, message_ids=list(message_ids))


def _tell(town: Town, kind: str, place: Place, **more: object) -> None:
    town.events.add(kind, to=town.people_at(place), chat=place.peer_id, **more)


def _update_bots(town: Town, place: Place, kind: str, message: Message) -> None:
    sender = message.from_user
    if sender is not None and sender.is_bot and not is_service(message):
        return
    content: Json | None = None
    for bot in town.bots_at(place):
        if sender is not None and sender.id == bot.id:
            continue
        if place.is_private or hears(town, bot, place, message):
            content = content or encode(message)
            town.queues[bot.id].put(kind, content)


def is_service(message: Message) -> bool:
    """Whether a message tells of an event instead of carrying content."""
    return any(getattr(message, name) for name in SERVICE)


def is_channel(message: Message) -> bool:
    """Whether a message is a post of a channel."""
    return message.chat.type == "channel"


def hears(town: Town, bot: BotAccount, place: Place, message: Message) -> bool:
    """Whether a group message reaches a bot, by its rights and its privacy mode."""
    member = town.group_at(place).member(bot.user, now=town.now())
    if bot.user.can_read_all_group_messages or member.is_admin or is_service(message):
        return True
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == bot.id:
        return True
    return _is_for(bot, message)


def _is_for(bot: BotAccount, message: Message) -> bool:
    text = message.text or message.caption or ""
    ours = f"@{bot.username}".lower()
    for entity in message.entities or message.caption_entities or ():
        covered = cut(text, entity.offset, entity.length).lower()
        if entity.type == "mention" and covered == ours:
            return True
        if entity.type == "text_mention" and entity.user and entity.user.id == bot.id:
            return True
        if entity.type == "bot_command" and ("@" not in covered or covered.endswith(ours)):
            return True
    return False


def show_draft(town: Town, place: Place, draft: Draft) -> None:
    """Show a draft, in place of the one before."""
    before = town.drafts.shown.get((place, draft.thread_id or 0))
    if before is not None and before.draft_id != draft.draft_id:
        drop_draft(town, place, "replaced", draft.thread_id)
    town.drafts.shown[place, draft.thread_id or 0] = draft
    _tell(town, "draft", place, draft=draft.as_json())


def drop_draft(town: Town, place: Place, reason: str, thread_id: int | None = None) -> None:
    """Take the draft of a chat, or of one of its topics, away."""
    draft = town.drafts.shown.pop((place, thread_id or 0), None)
    if draft is not None:
        _tell(
            town, "draft_gone", place, bot=draft.bot, draft_id=draft.draft_id, reason=reason,
            thread_id=thread_id,
        )  # fmt: skip


def expire_drafts(town: Town) -> None:
    """Take away the drafts whose time has passed."""
    for place, thread_id in town.drafts.expired(town.now()):
        drop_draft(town, place, "expired", thread_id or None)


def stop_draft(town: Town, place: Place, draft: Draft) -> None:
    """A person stopped a draft: its bot hears of it."""
    town.drafts.stopped[place, draft.thread_id or 0] = draft.draft_id
    if draft.keep_on_stop:
        draft.stopped, draft.can_stop = True, False
        _tell(town, "draft", place, draft=draft.as_json())
    else:
        drop_draft(town, place, "stopped", draft.thread_id)
    stopped = MessageGenerationStopped(
        chat=town.chat_at(place), draft_id=draft.draft_id, message_thread_id=draft.thread_id
    )
    town.queues[draft.bot].put("stopped_message_generation", encode(stopped))


def ask(town: Town, query: Query, person: User, message: Message, data: str) -> None:
    """A person tapped an inline button: its bot hears of it."""
    callback = CallbackQuery(
        id=query.id, from_user=public(person), chat_instance=str(abs(hash(query.place))),
        message=message, data=data,
    )  # fmt: skip
    town.queues[query.bot].put("callback_query", encode(callback))


def react(town: Town, place: Place, message_id: int, user: User, emoji: tuple[str, ...]) -> None:
    """Somebody reacted; bots that asked for it and may see it hear of people's reactions."""
    old = town.reactions.of(place, message_id, user.id)
    if old == emoji:
        return
    town.reactions.put(place, message_id, user.id, emoji)
    reactions = town.reactions.as_json(place, message_id)
    _tell(town, "reactions", place, message_id=message_id, reactions=reactions)
    if user.is_bot:
        return
    changed = MessageReactionUpdated(
        chat=town.chat_at(place), message_id=message_id, user=public(user),
        date=moment(town.now()), old_reaction=[ReactionTypeEmoji(emoji=one) for one in old],
        new_reaction=[ReactionTypeEmoji(emoji=one) for one in emoji],
    )  # fmt: skip
    for bot in town.bots_at(place):
        if place.is_private or town.group_at(place).members[bot.id].is_admin:
            town.queues[bot.id].put("message_reaction", encode(changed))


def member_changed(
    town: Town, place: Place, actor: User, old: AnyChatMember, new: AnyChatMember
) -> None:
    """Somebody's place in a chat changed: the bot itself hears of its own, admins of others'."""
    changed = ChatMemberUpdated(
        chat=town.chat_at(place), from_user=public(actor), date=moment(town.now()),
        old_chat_member=old, new_chat_member=new,
    )  # fmt: skip
    content = encode(changed)
    subject = new.user.id
    if subject in town.queues:
        town.queues[subject].put("my_chat_member", content)
    for bot in town.bots_at(place) if not place.is_private else ():
        if bot.id != subject and town.group_at(place).members[bot.id].is_admin:
            town.queues[bot.id].put("chat_member", content)
