"""What all methods that send or edit have in common."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from playground.encoding import moment
from playground.post import post
from playground.refusals import Refusal, bad_request, forbidden
from playground.registry import Caller
from playground.state.keyboards import Shown
from playground.state.places import Place
from playground.state.users import public
from playground.town import Town
from playground.views import may_send

AnyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
LONGEST_CALLBACK_DATA: Final = 64
MOST_BUTTONS: Final = 100
MEDIA: Final = (
    "photo", "voice", "audio", "document", "video", "video_note", "animation", "sticker",
)  # fmt: skip
PERMISSION_WORDS: Final = {
    "can_send_messages": "text messages", "can_send_photos": "photos",
    "can_send_voice_notes": "voice notes", "can_send_audios": "audios",
    "can_send_documents": "documents", "can_send_videos": "videos",
    "can_send_video_notes": "video notes", "can_send_other_messages": "animations",
}  # fmt: skip


def reachable(caller: Caller, chat_id: int | str | None) -> Place:
    """Find a chat in which the bot is.

    Raises:
        Refusal: There is none, the person never met the bot or blocks it, or it was removed.
    """
    town, bot = caller.town, caller.bot
    place = town.place_for_bot(bot.id, chat_id)
    if place.is_private:
        state = town.chats.private(place)
        if state.blocked:
            raise forbidden("bot was blocked by the user")
        if not state.started:
            raise forbidden("bot can't initiate conversation with a user")
        return place
    member = town.group_at(place).member(bot.user, now=town.now())
    if member.status == "kicked":
        raise forbidden("bot was kicked from the supergroup chat")
    if not member.is_present:
        raise forbidden("bot is not a member of the supergroup chat")
    return place


def writable(
    caller: Caller, chat_id: int | str | None, permission: str = "can_send_messages"
) -> Place:
    """Find a chat in which the bot may write.

    Raises:
        Refusal: As ``reachable``, or the bot is muted there.
    """
    place = reachable(caller, chat_id)
    if not place.is_private:
        group = caller.town.group_at(place)
        if not may_send(caller.town, group, caller.bot.id, permission):
            words = PERMISSION_WORDS.get(permission, "messages")
            raise bad_request(f"not enough rights to send {words} to the chat")
    return place


def replied(
    town: Town, place: Place, parameters: ReplyParameters | None, old_style_id: int | None = None
) -> Message | None:
    """Give the message that a new one replies to, without the one it replied to itself.

    Raises:
        Refusal: It is not there, and the bot did not allow that.
    """
    message_id = parameters.message_id if parameters is not None else old_style_id
    if message_id is None:
        return None
    found = town.messages.find(place, message_id)
    if found is not None:
        return found.model_copy(update={"reply_to_message": None, "reply_markup": None})
    if parameters is not None and parameters.allow_sending_without_reply is True:
        return None
    raise bad_request("message to be replied not found")


def checked(markup: AnyMarkup | None) -> AnyMarkup | None:
    """Check the buttons of a markup.

    Raises:
        Refusal: One has no text, no action, or too much data; or there are too many.
    """
    if isinstance(markup, ReplyKeyboardMarkup):
        _check_count(sum(map(len, markup.keyboard)))
        if any(not button.text.strip() for row in markup.keyboard for button in row):
            raise bad_request("keyboard button text must be non-empty")
    if isinstance(markup, InlineKeyboardMarkup):
        _check_count(sum(map(len, markup.inline_keyboard)))
        for row in markup.inline_keyboard:
            for button in row:
                _check_button(button)
    return markup


def _check_count(buttons: int) -> None:
    if buttons > MOST_BUTTONS:
        raise bad_request("reply markup is too long")


def _check_button(button: InlineKeyboardButton) -> None:
    if not button.text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if button.callback_data is not None and not button.callback_data.encode():
        raise bad_request("BUTTON_DATA_INVALID")
    if len((button.callback_data or "").encode()) > LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    given = button.model_dump(exclude_none=True, exclude={"text", "style", "icon_custom_emoji_id"})
    if not given:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if button.url is not None and not _is_url(button.url):
        raise bad_request(
            f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL specified"
        )


def _is_url(url: str) -> bool:
    scheme, separator, rest = url.partition("://")
    return bool(scheme and rest) if separator else "." in url


def inline(markup: AnyMarkup | None) -> InlineKeyboardMarkup | None:
    """Give what stays on the message itself."""
    if isinstance(markup, InlineKeyboardMarkup) and markup.inline_keyboard:
        return markup
    return None


def with_people(town: Town, entities: Sequence[MessageEntity]) -> list[MessageEntity]:
    """Fill in who is mentioned by id; a mention of nobody known disappears, as in Telegram."""
    filled: list[MessageEntity] = []
    for entity in entities:
        if entity.type == "text_mention" and entity.user is not None:
            user = town.users.find(entity.user.id)
            if user is None:
                continue
            filled.append(entity.model_copy(update={"user": public(user)}))
        else:
            filled.append(entity)
    return filled


def say(
    caller: Caller,
    place: Place,
    markup: AnyMarkup | None,
    **content: Any,  # noqa: ANN401 - the fields of Message
) -> Message:
    """Post a message of the bot.

    Args:
        caller: The bot.
        place: Where; already checked.
        markup: Buttons; reply keyboards go to the people who see them.
        content: Fields of ``Message``.

    Raises:
        Refusal: The buttons are unusable, or the bot writes too often.
    """
    checked(markup)
    caller.town.limits.message(caller.bot.id, place)
    return _utter(caller, place, markup, content)


def say_several(
    caller: Caller, place: Place, contents: Sequence[Mapping[str, Any]]
) -> list[Message]:
    """Post several messages: all, or none when the bot writes too often.

    Raises:
        Refusal: It does.
    """
    if contents:
        caller.town.limits.message(caller.bot.id, place, len(contents))
    return [_utter(caller, place, None, content) for content in contents]


def _utter(
    caller: Caller, place: Place, markup: AnyMarkup | None, content: Mapping[str, Any]
) -> Message:
    town = caller.town
    message = Message(
        message_id=town.messages.next_id(place),
        from_user=public(caller.bot.user),
        chat=town.chat_at(place),
        date=moment(town.now()),
        reply_markup=inline(markup),
        **{name: value for name, value in content.items() if value},
    )
    post(town, place, message)
    show_keyboard(town, place, message, markup)
    return message


def show_keyboard(town: Town, place: Place, message: Message, markup: AnyMarkup | None) -> None:
    """Change the reply keyboards that people see."""
    if markup is None or isinstance(markup, InlineKeyboardMarkup):
        return
    shown = Shown(
        keyboard=markup if isinstance(markup, ReplyKeyboardMarkup) else None,
        force_reply=markup if isinstance(markup, ForceReply) else None,
        message_id=message.message_id,
    )
    people = town.people_at(place)
    if markup.selective and not place.is_private:
        people = [person for person in people if person in _addressed(message)]
    for person in people:
        town.keyboards.show(place, person, shown)
    town.events.add("keyboard", to=people, chat=place.peer_id, **shown.as_json())


def _addressed(message: Message) -> set[int]:
    """Whom a selective keyboard is for: who is replied to or mentioned."""
    entities = message.entities or message.caption_entities or ()
    people = {entity.user.id for entity in entities if entity.user is not None}
    if message.reply_to_message is not None and message.reply_to_message.from_user is not None:
        people.add(message.reply_to_message.from_user.id)
    return people


def not_modified() -> Refusal:
    """The refusal of an edit that changes nothing."""
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly the"
        " same as a current content and reply markup of the message"
    )
