"""Everything that bots and people send, change, show again and take away."""

from typing import Any

from aiogram import methods
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    EphemeralMessageParameters,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    InputPaidMediaPhoto,
    InputRichBlockParagraph,
    InputRichBlockPhoto,
    InputRichBlockThinking,
    InputRichMessage,
    InputSticker,
    LinkPreviewOptions,
    MaskPosition,
    Message,
    ReplyParameters,
)

from tests.integration.playground.probe.frame import Probe

PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000020000000180080600000000")
TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])
MARKDOWN = "# Title\n\n- [x] done\n\n| a | b |\n|---|---|\n| 1 | **2** |\n\n$$x^2$$\n\n> quote\n"


async def probe(p: Probe) -> None:
    await _media(p)
    await _texts(p)
    await _rich(p)
    await _ephemeral(p)
    await _stickers(p)
    await _people(p)


def _file(name: str = "a.png") -> BufferedInputFile:
    return BufferedInputFile(PNG, name)


async def _media(p: Probe) -> None:
    me = p.alice.id
    live: Message = await p(methods.SendLocation(
        chat_id=me, latitude=1.5, longitude=2.5, live_period=600, heading=90,
        horizontal_accuracy=3.2,
    ))  # fmt: skip
    calls: list[methods.TelegramMethod[Any]] = [
        methods.SendVideo(
            chat_id=me, video=_file("a.mp4"), thumbnail=_file(), cover=_file(), duration=5,
            width=640, height=360, supports_streaming=True, has_spoiler=True, start_timestamp=1,
            show_caption_above_media=True, caption="c"),
        methods.SendAudio(
            chat_id=me, audio=_file("a.mp3"), performer="p", title="t", duration=9,
            thumbnail=_file()),
        methods.SendLivePhoto(chat_id=me, live_photo=_file("l.mp4"), photo=_file()),
        methods.SendPaidMedia(
            chat_id=me, star_count=5, media=[InputPaidMediaPhoto(media=_file())], caption="c"),
        methods.SendVenue(chat_id=me, latitude=1, longitude=2, title="t", address="a"),
        methods.SendContact(chat_id=me, phone_number="+1", first_name="A", vcard="BEGIN:VCARD"),
        methods.SendDice(chat_id=me, emoji="🎰"),
        methods.EditMessageLiveLocation(
            chat_id=me, message_id=live.message_id, latitude=3, longitude=4, heading=10),
        methods.StopMessageLiveLocation(chat_id=me, message_id=live.message_id),
        methods.SendMediaGroup(chat_id=me, media=[
            InputMediaVideo(media=_file("v.mp4"), thumbnail=_file(), has_spoiler=True),
            InputMediaPhoto(media=_file(), caption="c"),
        ]),
    ]  # fmt: skip
    for call in calls:
        await p(call)


async def _texts(p: Probe) -> None:
    me, group = p.alice.id, p.club.chat_id
    said: Message = await p(methods.SendMessage(
        chat_id=me, text="see https://a.org now", message_effect_id="5",
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    ))  # fmt: skip
    quote = ReplyParameters(message_id=said.message_id, quote="now")
    await p(methods.SendMessage(chat_id=me, text="a", reply_parameters=quote))
    elsewhere = ReplyParameters(message_id=said.message_id, chat_id=me)
    await p(methods.SendMessage(chat_id=group, text="b", reply_parameters=elsewhere))
    album: list[Message] = await p(methods.SendMediaGroup(
        chat_id=me, media=[InputMediaPhoto(media=_file()), InputMediaPhoto(media=_file())]
    ))  # fmt: skip
    ids = [message.message_id for message in album]
    await p(methods.ForwardMessages(chat_id=group, from_chat_id=me, message_ids=ids))
    await p(methods.CopyMessages(chat_id=group, from_chat_id=me, message_ids=ids))
    await p(methods.DeleteMessages(chat_id=me, message_ids=ids))


async def _rich(p: Probe) -> None:
    me = p.alice.id
    thinking = InputRichMessage(blocks=[InputRichBlockThinking(text="hm")])
    await p(methods.SendRichMessageDraft(chat_id=me, draft_id=3, rich_message=thinking))
    rich: Message = await p(methods.SendRichMessage(
        chat_id=me, rich_message=InputRichMessage(markdown=MARKDOWN), reply_markup=TAP
    ))  # fmt: skip
    photo = InputRichBlockPhoto(photo=InputMediaPhoto(media=_file()))
    blocks: list[Any] = [InputRichBlockParagraph(text=["a ", "@alice"]), photo]
    await p(methods.SendRichMessage(chat_id=me, rich_message=InputRichMessage(blocks=blocks)))
    new = InputRichMessage(html="<h1>New</h1><footer>f</footer>")
    await p(methods.EditMessageText(chat_id=me, message_id=rich.message_id, rich_message=new))
    await p(methods.EditMessageText(chat_id=me, message_id=rich.message_id, text="plain"))


async def _ephemeral(p: Probe) -> None:
    group, me = p.club.chat_id, p.alice.id
    await p(methods.SetMyCommands(
        commands=[BotCommand(command="mine", description="d", is_ephemeral=True)]
    ))  # fmt: skip
    await p.club.says("/mine")
    await p.hears()
    only = EphemeralMessageParameters(receiver_user_id=me)
    said: Message = await p(methods.SendMessage(
        chat_id=group, text="psst", ephemeral_message_parameters=only, reply_markup=TAP
    ))  # fmt: skip
    assert said.ephemeral_message_id is not None
    await p.club.taps("tap")
    await p.hears()
    where: dict[str, Any] = {
        "chat_id": group, "receiver_user_id": me, "ephemeral_message_id": said.ephemeral_message_id
    }  # fmt: skip
    photo: Message = await p(methods.SendPhoto(
        chat_id=group, photo=_file(), ephemeral_message_parameters=only
    ))  # fmt: skip
    shown = where | {"ephemeral_message_id": photo.ephemeral_message_id}
    calls: list[methods.TelegramMethod[Any]] = [
        methods.EditEphemeralMessageText(text="new", reply_markup=TAP, **where),
        methods.EditEphemeralMessageReplyMarkup(**where),
        methods.EditEphemeralMessageCaption(caption="c", **shown),
        methods.EditEphemeralMessageMedia(media=InputMediaPhoto(media=_file()), **shown),
        methods.DeleteEphemeralMessage(**where),
    ]
    for call in calls:
        await p(call)


async def _stickers(p: Probe) -> None:
    me, name = p.alice.id, "cats_by_helper_bot"
    kept = await p(methods.UploadStickerFile(user_id=me, sticker=_file(), sticker_format="static"))
    given = InputSticker(sticker=kept.file_id, format="static", emoji_list=["😀"])
    more = InputSticker(sticker=_file(), format="static", emoji_list=["😎"], keywords=["cool"])
    point = MaskPosition(point="eyes", x_shift=0.0, y_shift=0.0, scale=1.0)
    await p(methods.CreateNewStickerSet(user_id=me, name=name, title="Cats", stickers=[given]))
    await p(methods.AddStickerToSet(user_id=me, name=name, sticker=more))
    pack = await p(methods.GetStickerSet(name=name))
    first, second = pack.stickers
    await p(methods.CreateNewStickerSet(
        user_id=me, name="masks_by_helper_bot", title="M", sticker_type="mask", stickers=[more]
    ))  # fmt: skip
    mask = (await p(methods.GetStickerSet(name="masks_by_helper_bot"))).stickers[0]
    calls: list[methods.TelegramMethod[Any]] = [
        methods.SendSticker(chat_id=me, sticker=first.file_id),
        methods.SetStickerPositionInSet(sticker=second.file_id, position=0),
        methods.SetStickerEmojiList(sticker=first.file_id, emoji_list=["🤖"]),
        methods.SetStickerKeywords(sticker=first.file_id, keywords=["cat"]),
        methods.SetStickerMaskPosition(sticker=mask.file_id, mask_position=point),
        methods.SetStickerSetTitle(name=name, title="More cats"),
        methods.SetStickerSetThumbnail(
            name=name, user_id=me, format="static", thumbnail=_file()),
        methods.ReplaceStickerInSet(
            user_id=me, name=name, old_sticker=second.file_id, sticker=more),
        methods.GetCustomEmojiStickers(custom_emoji_ids=["5"]),
        methods.DeleteStickerFromSet(sticker=first.file_id),
        methods.DeleteStickerSet(name=name),
    ]  # fmt: skip
    for call in calls:
        await p(call)


async def _people(p: Probe) -> None:
    alice, club = p.alice, p.club
    await p.hears()
    await alice.sends_album(PNG, PNG, caption="both")
    await alice.sends_location(1.0, 2.0, live_period=60)
    await alice.sends_contact("+1", "Zoe")
    rolled = await alice.rolls("🎯")
    await alice.forwards(rolled, club)
    updates = await p.hears()
    found = [update.message for update in updates if update.message is not None]
    assert [message.content_type for message in found] == [
        "photo", "photo", "location", "contact", "dice", "dice",
    ]  # fmt: skip
    assert found[0].media_group_id == found[1].media_group_id
    assert found[4].dice == found[5].dice
