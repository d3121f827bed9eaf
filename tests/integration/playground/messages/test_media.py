"""Files of every kind: what bots say of them, what people see, and the bytes behind them."""

from typing import Any

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    InputPaidMediaPhoto,
    PaidMediaPhoto,
    PaidMediaPreview,
    PhotoSize,
)

from playground.server import Running
from playground.users import InGroup, Person, Playground

PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000640000003200806000000")


def file(name: str = "a.png", content: bytes = PICTURE) -> BufferedInputFile:
    return BufferedInputFile(content, name)


def ids(sizes: list[PhotoSize] | None) -> list[str]:
    return [one.file_id for one in sizes or ()]


async def test_a_picture_comes_in_several_sizes(bot: Bot, alice: Person) -> None:
    sent = await bot.send_photo(alice.id, file(), has_spoiler=True, caption="c")
    assert sent.photo is not None
    assert [(one.width, one.height) for one in sent.photo] == [
        (90, 45), (320, 160), (800, 400), (1280, 640), (1600, 800),
    ]  # fmt: skip
    assert len({one.file_id for one in sent.photo}) == 5
    assert len({one.file_unique_id for one in sent.photo}) == 5
    smallest = await bot.get_file(sent.photo[0].file_id)
    assert smallest.file_unique_id == sent.photo[0].file_unique_id
    again = await bot.send_photo(alice.id, sent.photo[0].file_id)
    assert ids(again.photo) == ids(sent.photo)
    seen = await alice.sees("c")
    assert (seen.message.has_media_spoiler, ids(seen.message.photo)) == (True, ids(sent.photo))


async def test_a_video_keeps_what_its_first_sender_told(bot: Bot, alice: Person) -> None:
    sent = await bot.send_video(
        alice.id, file("a.mp4"), duration=7, width=64, height=36, thumbnail=file(), cover=file(),
        start_timestamp=3, supports_streaming=True, show_caption_above_media=True, caption="c",
    )  # fmt: skip
    video = sent.video
    assert video is not None
    assert video.thumbnail is not None
    assert video.cover is not None
    assert (video.duration, video.width, video.height) == (7, 64, 36)
    assert sent.show_caption_above_media is True
    again = await bot.send_video(alice.id, video.file_id, duration=99)
    assert again.video == video
    as_document = await bot.send_document(alice.id, video.file_id)
    assert (as_document.video, as_document.document) == (video, None)
    with pytest.raises(TelegramBadRequest, match="can't use file of type Video as Photo"):
        await bot.send_photo(alice.id, video.file_id)


async def test_music_has_a_title_and_a_gif_is_an_animation(bot: Bot, alice: Person) -> None:
    sent = await bot.send_audio(alice.id, file("a.mp3"), performer="P", title="T", duration=9)
    assert sent.audio is not None
    assert (sent.audio.performer, sent.audio.title, sent.audio.duration) == ("P", "T", 9)
    gif = b"GIF89a" + bytes([4, 0, 3, 0]) + bytes(9)
    moving = await bot.send_document(alice.id, BufferedInputFile(gif, "a.gif"))
    assert moving.animation is not None
    assert moving.document is not None
    assert (moving.animation.width, moving.animation.height) == (4, 3)


async def test_a_live_photo_is_a_short_film_with_a_picture(bot: Bot, alice: Person) -> None:
    sent = await bot.send_live_photo(alice.id, live_photo=file("l.mp4"), photo=file())
    assert sent.live_photo is not None
    assert sent.live_photo.photo == sent.photo


async def test_paid_media_say_what_they_cost(bot: Bot, alice: Person) -> None:
    media: list[Any] = [InputPaidMediaPhoto(media=file())]
    sent = await bot.send_paid_media(alice.id, star_count=7, media=media, caption="pay")
    assert sent.paid_media is not None
    seen = await alice.sees("pay")
    assert seen.message.paid_media is not None
    assert (seen.message.paid_media.star_count, seen.message.photo) == (7, None)
    [locked] = seen.message.paid_media.paid_media
    assert isinstance(locked, PaidMediaPreview)
    assert (locked.width, locked.height) == (1600, 800)
    assert isinstance(sent.paid_media.paid_media[0], PaidMediaPhoto)
    with pytest.raises(TelegramBadRequest, match="the message can't be copied"):
        await sent.copy_to(alice.id)


async def test_an_album_is_several_messages_with_one_number(bot: Bot, alice: Person) -> None:
    sent = await bot.send_media_group(alice.id, [
        InputMediaVideo(media=file("v.mp4"), has_spoiler=True, width=5, caption="first"),
        InputMediaPhoto(media=file()),
    ])  # fmt: skip
    first, second = sent
    assert first.media_group_id == second.media_group_id is not None
    assert (first.has_media_spoiler, first.video and first.video.width) == (True, 5)
    assert (await alice.sees("first")).message.media_group_id == first.media_group_id
    [alone] = await bot.send_media_group(alice.id, [InputMediaPhoto(media=file())])
    assert alone.media_group_id is None
    with pytest.raises(TelegramBadRequest, match="can't change media type in the album"):
        await second.edit_media(InputMediaDocument(media=file("a.txt")))


async def test_people_send_albums_and_bots_send_them_back(
    bot: Bot, town: Playground, alice: Person, club: InGroup
) -> None:
    sent = await club.sends_album(PICTURE, PICTURE, PICTURE, caption="@helper_bot look")
    assert len({one.message.media_group_id for one in sent}) == 1
    documents = await alice.sends_album(b"1", b"2", name="a.txt", mime="text/plain")
    assert all(one.message.document is not None for one in documents)
    ids = [one.id for one in documents]
    copied = await bot.copy_messages(club.chat_id, alice.id, ids)
    await town.look(0.0)
    shown = [club.story.messages[one.message_id].message for one in copied]
    assert shown[0].media_group_id == shown[1].media_group_id is not None
    assert shown[0].media_group_id != documents[0].message.media_group_id
    single = await bot.copy_messages(club.chat_id, alice.id, ids[:1])
    await town.look(0.0)
    assert club.story.messages[single[0].message_id].message.media_group_id is None


async def test_people_forward_an_album_as_one(alice: Person, club: InGroup) -> None:
    sent = await alice.sends_album(PICTURE, PICTURE, caption="Look")
    shown = await alice.forwards_all(sent, club)
    assert shown[0].message.media_group_id == shown[1].message.media_group_id is not None
    assert shown[0].message.media_group_id != sent[0].message.media_group_id
    assert shown[0].message.caption == "Look"
    [alone] = await alice.forwards_all(sent[1:], club)
    assert alone.message.media_group_id is None
    assert alone.message.forward_origin is not None


async def test_files_are_served_in_ranges(server: Running, bot: Bot, alice: Person) -> None:
    sent = await bot.send_document(alice.id, BufferedInputFile(b"0123456789", "a.bin"))
    assert sent.document is not None
    path = (await bot.get_file(sent.document.file_id)).file_path
    async with httpx.AsyncClient(base_url=server.base, trust_env=False) as client:
        for address in (f"/file/bot{server.token}/{path}", f"/sim/files/{sent.document.file_id}"):
            whole = await client.get(address)
            assert (whole.status_code, whole.content) == (200, b"0123456789")
            assert whole.headers["Accept-Ranges"] == "bytes"
            part = await client.get(address, headers={"Range": "bytes=2-4"})
            assert (part.status_code, part.content) == (206, b"234")
            assert part.headers["Content-Range"] == "bytes 2-4/10"
            last = await client.get(address, headers={"Range": "bytes=-3"})
            assert last.content == b"789"
            beyond = await client.get(address, headers={"Range": "bytes=10-"})
            assert beyond.status_code == 416


async def test_an_address_of_this_server_is_fetched(
    server: Running, bot: Bot, alice: Person
) -> None:
    said = await alice.sends_photo(PICTURE)
    assert said.message.photo is not None
    url = f"{server.base}/sim/files/{said.message.photo[0].file_id}"
    sent = await bot.send_photo(alice.id, url, caption="yours")
    assert ids(sent.photo) == ids(said.message.photo)
