"""What is sent, changed, shown again and taken away."""

from typing import Any

from aiogram.types import (
    BufferedInputFile,
    EphemeralMessageParameters,
    InputMediaDocument,
    InputMediaPhoto,
    InputRichMessage,
    InputSticker,
    ReplyParameters,
)

from tests.integration.playground.refusals.case import PIXEL, Case, Scene

SERVER = "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp"
LOCATION = "https://github.com/tdlib/td/blob/master/td/telegram/Location.cpp"
MESSAGES = "https://github.com/tdlib/td/blob/master/td/telegram/MessagesManager.cpp"
CONTENT = "https://github.com/tdlib/td/blob/master/td/telegram/MessageContent.cpp"
ENTITIES = "https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp"
FILES = "https://github.com/tdlib/td/blob/master/td/telegram/files/FileManager.cpp"
STICKERS = "https://github.com/tdlib/td/blob/master/td/telegram/StickersManager.cpp"
PACK = "cats_by_helper_bot"


def file(name: str = "a.png") -> BufferedInputFile:
    return BufferedInputFile(PIXEL, name)


def sticker(form: str = "static", *emoji: str) -> InputSticker:
    return InputSticker(sticker=file(), format=form, emoji_list=list(emoji))


async def pack(s: Scene, *stickers: InputSticker, name: str = PACK) -> bool:
    return await s.bot.create_new_sticker_set(s.alice.id, name, "Cats", list(stickers))


async def pack_twice(s: Scene) -> bool:
    await pack(s, sticker("static", "😀"))
    return await pack(s, sticker("static", "😀"), name=PACK.upper())


async def forward_protected(s: Scene) -> object:
    said = await s.bot.send_message(s.alice.id, "secret", protect_content=True)
    return await said.forward(s.club.chat_id)


async def edit_still_place(s: Scene) -> object:
    place = await s.bot.send_location(s.alice.id, 1, 2)
    return await place.edit_live_location(3, 4)


async def edit_media_of_place(s: Scene) -> object:
    place = await s.bot.send_location(s.alice.id, 1, 2)
    return await place.edit_media(InputMediaPhoto(media=file()))


async def mixed(s: Scene) -> object:
    media: list[Any] = [InputMediaPhoto(media=file()), InputMediaDocument(media=file())]
    return await s.bot.send_media_group(s.alice.id, media)


async def photo_as_document(s: Scene) -> object:
    sent = await s.bot.send_photo(s.alice.id, file())
    assert sent.photo is not None
    return await s.bot.send_document(s.alice.id, sent.photo[-1].file_id)


async def fetch_large(s: Scene) -> object:
    large = BufferedInputFile(bytes(20 * 1024 * 1024 + 1), "large.bin")
    sent = await s.bot.send_document(s.alice.id, large)
    assert sent.document is not None
    return await s.bot.get_file(sent.document.file_id)


async def delete_by_ephemeral_id(s: Scene) -> object:
    only = EphemeralMessageParameters(receiver_user_id=s.alice.id)
    said = await s.bot.send_message(s.club.chat_id, "psst", ephemeral_message_parameters=only)
    return await s.bot.delete_message(s.club.chat_id, said.ephemeral_message_id or 0)


def live(s: Scene, **more: int) -> Any:  # noqa: ANN401 - a coroutine
    given: dict[str, Any] = {"live_period": 600, **more}
    return s.bot.send_location(s.alice.id, 1, 2, **given)


CASES = [
    Case(
        "there is no animation in the request",
        lambda s: s.bot.send_animation(s.alice.id, "attach://nothing"), SERVER,
    ),
    Case(
        "there is no video note in the request",
        lambda s: s.bot.send_video_note(s.alice.id, "attach://nothing"), SERVER,
    ),
    Case(
        'parameter "phone_number" is required',
        lambda s: s.bot.send_contact(s.alice.id, "", "Ann"), SERVER,
    ),
    Case(
        "message identifiers are not specified",
        lambda s: s.bot.delete_messages(s.alice.id, []), SERVER,
    ),
    Case(
        "too many message identifiers specified",
        lambda s: s.bot.forward_messages(s.alice.id, s.alice.id, list(range(1, 102))), SERVER,
    ),
    Case(
        "invalid message identifier specified",
        lambda s: s.bot.copy_messages(s.alice.id, s.alice.id, [0]), SERVER,
    ),
    Case(
        "unsupported parse_mode",
        lambda s: s.bot.send_message(s.alice.id, "x", parse_mode="Fancy"), SERVER,
    ),
    Case("text is too long", lambda s: s.bot.send_message(s.alice.id, "x" * 32_769), SERVER),
    Case("message text is empty", lambda s: s.bot.send_message(s.alice.id, ""), SERVER),
    Case(
        "can't parse InputMedia: media not found",
        lambda s: s.bot.send_media_group(
            s.alice.id, [InputMediaPhoto(media="attach://nothing") for _ in range(2)]),
        SERVER,
    ),
    Case(
        "message to forward not found",
        lambda s: s.bot.forward_message(s.alice.id, s.alice.id, 1), SERVER,
    ),
    Case(
        "message to copy not found",
        lambda s: s.bot.copy_message(s.alice.id, s.alice.id, 1), SERVER,
    ),
    Case("message identifier is not specified", lambda s: s.bot.edit_message_text("x"), SERVER),
    Case(
        "failed to get HTTP URL content",
        lambda s: s.bot.send_photo(s.alice.id, "https://example.org/a.png"), SERVER,
    ),
    Case("file is too big", fetch_large, SERVER),
    Case("invalid sticker set name is specified", lambda s: pack(s, name="cats"), SERVER),
    Case("sticker set name is already occupied", pack_twice, SERVER),
    Case("at least 1 sticker must be specified", pack, STICKERS),
    Case(
        "can't parse InputSticker: emoji list must be non-empty",
        lambda s: pack(s, sticker("static")), SERVER,
    ),
    Case(
        "can't parse InputSticker: Invalid sticker format specified",
        lambda s: pack(s, sticker("gif", "😀")), SERVER,
    ),
    Case("wrong live location period specified", lambda s: live(s, live_period=30), LOCATION),
    Case("wrong live location heading specified", lambda s: live(s, heading=361), LOCATION),
    Case(
        "wrong live location proximity alert radius specified",
        lambda s: live(s, proximity_alert_radius=100_001), LOCATION,
    ),
    Case("there is no live location in the message to edit", edit_still_place, MESSAGES),
    Case("message media can't be edited", edit_media_of_place, MESSAGES),
    Case("document can't be mixed with other media types", mixed, CONTENT),
    Case(
        "too many messages to send as an album",
        lambda s: s.bot.send_media_group(
            s.alice.id, [InputMediaPhoto(media=file()) for _ in range(11)]),
        CONTENT,
    ),
    Case(
        "message identifiers must be in a strictly increasing order",
        lambda s: s.bot.copy_messages(s.alice.id, s.alice.id, [s.hers, s.own]), MESSAGES,
    ),
    Case(
        "there are no messages to forward",
        lambda s: s.bot.forward_messages(s.alice.id, s.alice.id, [1, 2]), MESSAGES,
    ),
    Case("can't use file of type Photo as Document", photo_as_document, FILES),
    Case(
        "the message can't be forwarded", forward_protected,
        "https://github.com/tdlib/telegram-bot-api/issues/897",
    ),
    Case(
        "message to delete not found", delete_by_ephemeral_id,
        "https://github.com/telegramdesktop/tdesktop/issues/31196",
    ),
    Case(
        "QUOTE_TEXT_INVALID",
        lambda s: s.bot.send_message(
            s.alice.id, "x",
            reply_parameters=ReplyParameters(message_id=s.own, quote="never said")),
        "https://core.telegram.org/method/messages.sendMessage#possible-errors",
    ),
    Case(
        "RICH_MESSAGE_CONTENT_REQUIRED",
        lambda s: s.bot.send_rich_message(s.alice.id, InputRichMessage(blocks=[])),
        "https://github.com/adolfousier/opencrabs/issues/871",
    ),
    Case(
        "can't parse entities: Can't find end of the entity starting at byte offset 1",
        lambda s: s.bot.send_message(s.alice.id, "a_b", parse_mode="Markdown"), ENTITIES,
    ),
    Case(
        'can\'t parse entities: Unsupported start tag "<" at byte offset 0',
        lambda s: s.bot.send_message(s.alice.id, "<< sale >>", parse_mode="HTML"), ENTITIES,
    ),
]  # fmt: skip
