"""What happens becomes events for people and updates for bots, here and nowhere else."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageGenerationStopped,
    User,
)

from playground.encoding import Json, encode, moment
from playground.formatting.utf16 import cut
from playground.life.authors import author_of, remember_author
from playground.life.discussion import as_forwarded, brought_up_to_date, discussion_of
from playground.life.quizzes import for_other_bots
from playground.life.shown import shown
from playground.state.callbacks import Query
from playground.state.chats import Group
from playground.state.drafts import Draft
from playground.state.invites import Invite
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

OWN_HEARD: Final = (
    "new_chat_title", "new_chat_photo", "delete_chat_photo", "left_chat_member", "pinned_message",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden",
)  # fmt: skip
"""Service messages about a bot's own deeds that it hears of, too; all others it does not."""


def post(town: Town, place: Place, message: Message, *, author: int | None = None) -> Message:
    """Store a new message and tell everybody who gets it.

    Args:
        town: The town.
        place: Where.
        message: The message.
        author: Who wrote it, where the message does not say so.
    """
    writer = author if author is not None else author_of(town, place, message)
    town.messages.keep(place, message)
    if message.poll is not None:
        town.polls.by_id[message.poll.id].shown.append((place, message.message_id))
    if place.is_private and message.from_user is not None and message.from_user.is_bot:
        drop_draft(town, place, "sent", message.message_thread_id)
    if not place.is_private and writer is not None:
        remember_author(town, place, message, writer)
    _tell(town, "message", place, message=shown(message))
    _update_bots(town, place, "channel_post" if is_channel(message) else "message", message)
    if not place.is_private and not is_service(message):
        _spread(town, town.group_at(place), message, writer)
    return message


def _spread(town: Town, group: Group, message: Message, writer: int | None) -> None:
    if writer in town.users.bots:
        group.last_bot = writer
    discussion = discussion_of(town, group) if group.is_channel else None
    if discussion is not None:
        copy = as_forwarded(town, group, discussion, message)
        group.forwards[message.message_id] = copy.message_id
        town.chats.pins.setdefault(discussion.place, []).append(copy.message_id)
        post(town, discussion.place, copy)


def repost(town: Town, place: Place, message: Message) -> Message:
    """Store a new version of a message."""
    town.messages.keep(place, message)
    _tell(town, "edited", place, message=shown(message))
    copy = _forwarded(town, place, message)
    if copy is not None:
        where, current = Place(copy.chat.id), brought_up_to_date(copy, message)
        repost(town, where, current)
        _update_bots(town, where, "edited_message", current)
    return message


def _forwarded(town: Town, place: Place, message: Message) -> Message | None:
    if place.is_private or not town.group_at(place).is_channel:
        return None
    channel = town.group_at(place)
    discussion, number = discussion_of(town, channel), channel.forwards.get(message.message_id)
    if discussion is None or number is None:
        return None
    return town.messages.find(discussion.place, number)


def repost_by_person(town: Town, place: Place, message: Message) -> Message:
    """Store a person's edit; bots hear of it."""
    repost(town, place, message)
    kind = "edited_channel_post" if is_channel(message) else "edited_message"
    _update_bots(town, place, kind, message)
    return message


def repost_by_bot(town: Town, place: Place, message: Message, bot_id: int) -> Message:
    """Store a bot's edit; of posts in channels the other bots hear."""
    repost(town, place, message)
    if is_channel(message):
        _update_bots(town, place, "edited_channel_post", message, deaf=bot_id)
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


def _update_bots(
    town: Town, place: Place, kind: str, message: Message, *, deaf: int | None = None
) -> None:
    author = author_of(town, place, message)
    between_bots = author in town.users.bots and not is_channel(message)
    if between_bots and not is_service(message):
        return
    content: Json | None = None
    for bot in town.bots_at(place):
        if bot.id == deaf or (author == bot.id and not is_service(message, OWN_HEARD)):
            continue
        if place.is_private or hears(town, bot, place, message):
            content = content or encode(for_other_bots(place, message))
            town.queues[bot.id].put(kind, content)


def is_service(message: Message, names: Sequence[str] = SERVICE) -> bool:
    """Whether a message tells of an event instead of carrying content."""
    return any(getattr(message, name) for name in names)


def is_channel(message: Message) -> bool:
    """Whether a message is a post of a channel."""
    return message.chat.type == "channel"


def hears(town: Town, bot: BotAccount, place: Place, message: Message) -> bool:
    """Whether a group message reaches a bot, by its rights and its privacy mode.

    In privacy mode it hears what tells of events, posts of the linked channel, what came through
    it, replies to it, and what names it; also commands, unless another bot spoke last.
    """
    group = town.group_at(place)
    hears_all = bot.user.can_read_all_group_messages or group.is_channel
    if hears_all or group.member(bot.user, now=town.now()).is_admin or is_service(message):
        return True
    if message.is_automatic_forward or (message.via_bot and message.via_bot.id == bot.id):
        return True
    replied = message.reply_to_message
    if replied is not None and author_of(town, place, replied) == bot.id:
        return True
    return _is_for(bot, message, is_last=group.last_bot in {None, bot.id})


def _is_for(bot: BotAccount, message: Message, *, is_last: bool) -> bool:
    text = message.text or message.caption or ""
    ours = f"@{bot.username}".lower()
    for entity in message.entities or message.caption_entities or ():
        covered = cut(text, entity.offset, entity.length).lower()
        if entity.type == "mention" and covered == ours:
            return True
        if entity.type == "text_mention" and entity.user and entity.user.id == bot.id:
            return True
        if entity.type == "bot_command":
            return covered.endswith(ours) if "@" in covered else is_last
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


def ask(
    town: Town, query: Query, person: User, message: Message, data: str, *, is_game: bool = False
) -> None:
    """A person tapped an inline button: its bot hears of it."""
    game = data if is_game else None
    is_via = message.via_bot is not None or message.guest_bot_caller_user is not None
    number = town.inline.number_of(query.place, message.message_id) if is_via else None
    shown = {"message": message} if number is None else {"inline_message_id": number}
    callback = CallbackQuery(
        id=query.id, from_user=public(person), chat_instance=query.place.instance,
        data=None if is_game else data, game_short_name=game, **shown,
    )  # fmt: skip
    town.queues[query.bot].put("callback_query", encode(callback))


def member_changed(
    town: Town, place: Place, actor: User,
    changes: Mapping[int, tuple[AnyChatMember, AnyChatMember]], *,
    invite: Invite | None = None, via_request: bool = False,
) -> None:  # fmt: skip
    """Somebody's place in a chat changed: the bot itself hears of its own, admins of others'.

    Args:
        town: The town.
        place: Which chat.
        actor: Who did it.
        changes: What it was and what it is, as each bot that hears of it sees it.
        invite: The link by which somebody came.
        via_request: Whether they had to ask.
    """
    for bot, (old, new) in changes.items():
        changed = ChatMemberUpdated(
            chat=town.chat_at(place), from_user=actor, date=moment(town.now()),
            old_chat_member=old, new_chat_member=new,
            invite_link=invite.as_type(viewer=bot) if invite is not None else None,
            via_join_request=via_request or None,
        )  # fmt: skip
        kind = "my_chat_member" if new.user.id == bot else "chat_member"
        town.queues[bot].put(kind, encode(changed))
