"""People write, edit, delete, tap, react and stop."""

import math
from collections.abc import Sequence
from typing import Any

from aiogram.types import Message, MessageEntity

from playground.encoding import moment
from playground.formatting.found import found_entities
from playground.formatting.texts import LONGEST_CAPTION, LONGEST_TEXT
from playground.formatting.utf16 import trimmed
from playground.life.attaching import PERMISSION, check_photo, media_fields
from playground.life.authors import author_fields
from playground.life.guests import call_guests
from playground.life.mentions import with_people
from playground.life.post import post, repost_by_person, stop_draft, unpost
from playground.life.rights import may_change, may_delete, refused, slow_until
from playground.life.threads import TopicClosed, thread_fields
from playground.life.views import announce
from playground.life.whispers import drop_whisper
from playground.refusals import Refusal, SimError
from playground.state.files import Facts, Upload
from playground.state.keyboards import Shown
from playground.state.places import Place
from playground.state.topics import GENERAL
from playground.town import Town


def write(
    town: Town, person: int, chat: int, text: str, *, reply_to: int | None = None,
    entities: Sequence[MessageEntity] = (), thread_id: int | None = None,
) -> Message:  # fmt: skip
    """Send a text.

    Raises:
        SimError: The text is unusable, or the person may not write there.
    """
    place = writable(town, person, chat)
    plain, marks = _text(town, text, entities, LONGEST_TEXT)
    if not plain:
        raise SimError(400, "the message is empty")
    return send(town, place, person, reply_to, thread_id, text=plain, entities=marks)


def attach(
    town: Town, person: int, chat: int, kind: str, upload: Upload, *, caption: str = "",
    reply_to: int | None = None, duration: int | None = None, thread_id: int | None = None,
) -> Message:  # fmt: skip
    """Send a file.

    Raises:
        SimError: The file or its caption is unusable, or the person may not send it there.
    """
    if kind not in PERMISSION:
        raise SimError(400, f'kind is one of {", ".join(PERMISSION)}, not "{kind}"')
    place = writable(town, person, chat, PERMISSION[kind])
    if kind == "photo":
        try:
            check_photo(upload)
        except Refusal as refusal:
            raise SimError(400, f"this is not a usable picture: {refusal.description}") from refusal
    plain, marks = _text(town, caption, (), LONGEST_CAPTION)
    fields = media_fields(kind, town.files.store(kind, upload, Facts(duration=duration)))
    return send(
        town, place, person, reply_to, thread_id, caption=plain, caption_entities=marks, **fields
    )


def writable(town: Town, person: int, chat: int, permission: str = "can_send_messages") -> Place:
    """Find a chat where the person may write now.

    Raises:
        SimError: As ``open_to``; or the slow mode lets the person wait.
    """
    place = open_to(town, person, chat, permission)
    wait = None if place.is_private else slow_until(town, town.group_at(place), person)
    if wait is not None:
        seconds = math.ceil(wait - town.now())
        raise SimError(403, f"slow mode: this person may write again in {seconds} s")
    return place


def open_to(town: Town, person: int, chat: int, permission: str = "can_send_messages") -> Place:
    """Find a chat where the person may write at all.

    Raises:
        SimError: There is none, or the person blocks the bot, is muted, or is not there.
    """
    town.users.person(person)
    place = town.place_for_person(person, chat)
    if place.is_private:
        if town.chats.private(place).blocked:
            raise SimError(403, "this person blocks the bot; unblock it first")
        return place
    group = town.group_at(place)
    why = refused(town, group, person, permission)
    if why is not None:
        raise SimError(403, why)
    return place


def caption_of(town: Town, caption: str) -> tuple[str, list[MessageEntity]]:
    """Read a caption.

    Raises:
        SimError: It is too long.
    """
    return _text(town, caption, (), LONGEST_CAPTION)


def _text(
    town: Town, text: str, entities: Sequence[MessageEntity], longest: int
) -> tuple[str, list[MessageEntity]]:
    plain, marks = trimmed(text, entities)
    if len(plain) > longest:
        raise SimError(400, f"the text is longer than {longest}")
    return plain, with_people(town, found_entities(plain, marks))


def send(
    town: Town, place: Place, person: int, reply_to: int | None, thread_id: int | None = None,
    **content: Any,  # noqa: ANN401 - the fields of Message
) -> Message:  # fmt: skip
    """Send a person's message with this content; where it may be sent was checked.

    Raises:
        SimError: There is no such message to reply to, or no such topic.
    """
    replied = None
    if reply_to is not None:
        replied = find(town, place, reply_to).model_copy(update={"reply_to_message": None})
    content = {
        "reply_to_message": replied,
        "has_protected_content": not place.is_private and town.group_at(place).protected,
        **in_thread(town, place, person, thread_id, replied),
        **content,
    }
    message = Message(
        message_id=town.messages.next_id(place),
        **author_fields(town, place, town.users.people[person]),
        chat=town.chat_at(place),
        date=moment(town.now()),
        **{name: value for name, value in content.items() if value},
    )
    _begin(town, place)
    post(town, place, message, author=person)
    call_guests(town, place, message, person)
    _after_writing(town, place, person)
    return message


def in_thread(
    town: Town, place: Place, person: int, thread_id: int | None, replied: Message | None = None
) -> dict[str, Any]:
    """Give the fields of a person's message for a thread.

    Raises:
        SimError: There is no such thread, or it is closed for this person.
    """
    asked = None if thread_id == GENERAL else thread_id
    try:
        return thread_fields(town, place, person, asked, replied)
    except TopicClosed as refusal:
        raise SimError(403, "this topic is closed") from refusal
    except Refusal as refusal:
        raise SimError(404, f"there is no topic {thread_id} here") from refusal


def _begin(town: Town, place: Place) -> None:
    if place.is_private and not town.chats.private(place).started:
        town.chats.private(place).started = True
        announce(town, place)


def _after_writing(town: Town, place: Place, person: int) -> None:
    """A one-time keyboard and a forced reply are over after the person wrote; slow mode counts."""
    if not place.is_private:
        town.group_at(place).spoke_at[person] = town.now()
    shown = town.keyboards.at(place, person)
    one_time = shown.keyboard is not None and shown.keyboard.one_time_keyboard
    if shown.force_reply is not None or one_time:
        town.keyboards.show(place, person, Shown())
        town.events.add("keyboard", to=[person], chat=place.peer_id, **Shown().as_json())


def find(town: Town, place: Place, message_id: int) -> Message:
    """Find a message for a person.

    Raises:
        SimError: It is not there.
    """
    message = town.messages.find(place, message_id)
    if message is None:
        raise SimError(404, f"there is no message {message_id} in this chat")
    return message


def edit(
    town: Town, person: int, chat: int, message_id: int, *, text: str | None = None,
    caption: str | None = None,
) -> Message:  # fmt: skip
    """Change one's own text or caption.

    Raises:
        SimError: It is somebody else's, or the new text is unusable.
    """
    place = town.place_for_person(person, chat)
    message = find(town, place, message_id)
    if not may_change(town, place, person, message):
        raise SimError(403, "only one's own messages can be edited")
    if message.chat.type != "channel":
        open_to(town, person, chat)
    name, longest = ("text", LONGEST_TEXT) if message.text else ("caption", LONGEST_CAPTION)
    marks_name = "entities" if message.text else "caption_entities"
    plain, marks = _text(town, text or caption or "", (), longest)
    if not plain and name == "text":
        raise SimError(400, "the message is empty")
    changed = message.model_copy(
        update={name: plain or None, marks_name: marks or None, "edit_date": int(town.now())}
    )
    return repost_by_person(town, place, changed)


def delete(town: Town, person: int, chat: int, message_id: int) -> None:
    """Delete a message: in a private chat any, in a group one's own or with the right to.

    Raises:
        SimError: The person may not.
    """
    place = town.place_for_person(person, chat)
    whispered = town.ephemerals.find(place, -message_id)
    if whispered is not None and whispered.person == person:
        return drop_whisper(town, whispered)
    message = find(town, place, message_id)
    if not may_delete(town, place, person, message):
        raise SimError(403, "this person may delete only their own messages")
    return unpost(town, place, [message_id])


def stop(town: Town, person: int, chat: int, draft_id: int) -> None:
    """Press Stop on a draft.

    Raises:
        SimError: It is not shown (any more), or cannot be stopped.
    """
    place = town.place_for_person(person, chat)
    shown = town.drafts.at(place)
    draft = next((one for one in shown if one.draft_id == draft_id), None)
    if draft is None:
        raise SimError(404, f"draft {draft_id} is not shown")
    if not draft.can_stop:
        raise SimError(403, "this draft has no Stop button")
    stop_draft(town, place, draft)
