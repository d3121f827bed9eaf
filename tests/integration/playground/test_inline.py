"""Inline mode, prepared messages and guests."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, types
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)

from playground.saving.files import from_file, to_file
from playground.server import Running, running_playground
from playground.town import Town
from playground.users import InGroup, Person, Playground, Refused
from tests.fakes.town_time import FakeTime
from tests.integration.playground.refusals.case import PIXEL
from tests.integration.playground.worlds import bot_of

TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])


def article(
    number: str = "1", text: str = "<b>Soup</b>", *, tap: bool = False
) -> types.InlineQueryResultArticle:
    return InlineQueryResultArticle(
        id=number, title="Soup", reply_markup=TAP if tap else None,
        input_message_content=InputTextMessageContent(message_text=text, parse_mode="HTML"),
    )  # fmt: skip


async def heard(bot: Bot) -> list[Update]:
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


async def question(bot: Bot) -> types.InlineQuery:
    [update] = await heard(bot)
    assert update.inline_query is not None
    return update.inline_query


async def test_a_person_asks_chooses_and_sends_via_the_bot(
    bot: Bot, club: InGroup, bob: Person
) -> None:
    number = await club.types("@helper_bot", "soup")
    query = await question(bot)
    assert (query.query, query.offset, query.chat_type) == ("soup", "", "supergroup")
    assert (query.id, query.from_user.first_name) == (number, "Alice")
    assert await bot.answer_inline_query(query.id, [article("7", tap=True)])
    found = await club.sees_results(number)
    assert (found.ids, found.results[0]["title"]) == (["7"], "Soup")
    sent = await club.chooses(found, "7")
    assert (sent.html, sent.sender_id, sent.buttons) == ("<b>Soup</b>", club.id, ["tap"])
    assert sent.message.via_bot is not None
    assert sent.message.via_bot.id == bot.id
    message, chosen = await heard(bot)
    assert message.message is not None
    assert message.message.via_bot is not None, "a bot hears what is sent via it"
    result = chosen.chosen_inline_result
    assert result is not None
    assert (result.result_id, result.query) == ("7", "soup")
    assert result.inline_message_id is not None


async def test_an_inline_message_is_tapped_and_edited_by_its_number(
    bot: Bot, club: InGroup, bob: Person, town: Playground
) -> None:
    number = await club.types("helper_bot")
    await bot.answer_inline_query((await question(bot)).id, [article(tap=True)])
    sent = await club.chooses(await club.sees_results(number))
    _, chosen = await heard(bot)
    assert chosen.chosen_inline_result is not None
    inline_id = chosen.chosen_inline_result.inline_message_id
    bobs = bob.in_group("club")
    await town.look(0.0)
    await bobs.taps("tap", on=sent)
    [tap] = await heard(bot)
    assert tap.callback_query is not None
    assert (tap.callback_query.message, tap.callback_query.inline_message_id) == (None, inline_id)
    await tap.callback_query.answer("yes").as_(bot)
    await bobs.sees_toast("yes")
    assert await bot.edit_message_text("Salad", inline_message_id=inline_id, reply_markup=TAP)
    edited = await bobs.sees("Salad", from_bot=False)
    assert (edited.id, edited.buttons) == (sent.id, ["tap"])
    assert (await club.sees("Salad")).id == sent.id, "what a bot changes in one's own message"
    assert await bot.edit_message_reply_markup(inline_message_id=inline_id)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("Salad", inline_message_id=inline_id)
    await club.deletes(sent)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_ID_INVALID"):
        await bot.edit_message_text("Gone", inline_message_id=inline_id)


async def test_captions_media_and_places_are_changed_by_number(bot: Bot, alice: Person) -> None:
    photo = await bot.send_photo(alice.id, BufferedInputFile(PIXEL, "a.png"))
    assert photo.photo is not None
    picture = photo.photo[-1].file_id
    live = types.InlineQueryResultLocation(
        id="live", latitude=1, longitude=2, title="l", live_period=900, reply_markup=TAP
    )
    shot = types.InlineQueryResultCachedPhoto(id="shot", photo_file_id=picture, reply_markup=TAP)
    number = await alice.types("helper_bot")
    await bot.answer_inline_query((await question(bot)).id, [live, shot])
    found = await alice.sees_results(number)
    numbers: dict[str, str] = {}
    for result_id in ("live", "shot"):
        await alice.chooses(found, result_id)
        chosen = next(one for one in await heard(bot) if one.chosen_inline_result)
        assert chosen.chosen_inline_result is not None
        numbers[result_id] = chosen.chosen_inline_result.inline_message_id or ""
    assert await bot.edit_message_live_location(3, 4, inline_message_id=numbers["live"])
    assert await bot.edit_message_caption(inline_message_id=numbers["shot"], caption="soup")
    media = types.InputMediaPhoto(media=picture, caption="salad")
    assert await bot.edit_message_media(media, inline_message_id=numbers["shot"])
    await alice.town.look(0.0)
    spot, dish = alice.history()[-2:]
    assert spot.message.location is not None
    assert (spot.message.location.latitude, dish.text) == (3, "salad")


async def test_each_kind_of_result_becomes_its_message(
    server: Running, bot: Bot, alice: Person
) -> None:
    photo = await bot.send_photo(alice.id, BufferedInputFile(PIXEL, "a.png"))
    voice = await bot.send_voice(alice.id, BufferedInputFile(b"OggS" + bytes(40), "a.ogg"))
    assert photo.photo is not None
    assert voice.voice is not None
    text = InputTextMessageContent(message_text="instead")
    web = "https://example.org/a"
    results: list[types.InlineQueryResultUnion] = [
        article("article"),
        types.InlineQueryResultCachedPhoto(
            id="photo", photo_file_id=photo.photo[-1].file_id, caption="<i>c</i>",
            parse_mode="HTML"),
        types.InlineQueryResultCachedVoice(
            id="voice", title="v", voice_file_id=voice.voice.file_id),
        types.InlineQueryResultPhoto(
            id="web photo", photo_url=web, thumbnail_url=web, photo_width=40, photo_height=30),
        types.InlineQueryResultGif(id="animation", gif_url=web, thumbnail_url=web),
        types.InlineQueryResultMpeg4Gif(id="animation 2", mpeg4_url=web, thumbnail_url=web),
        types.InlineQueryResultVideo(
            id="video", video_url=web, mime_type="video/mp4", thumbnail_url=web, title="v"),
        types.InlineQueryResultVideo(
            id="text", video_url=web, mime_type="text/html", thumbnail_url=web, title="v",
            input_message_content=text),
        types.InlineQueryResultAudio(id="audio", audio_url=web, title="a", audio_duration=7),
        types.InlineQueryResultDocument(
            id="document", document_url=web, mime_type="application/pdf", title="d"),
        types.InlineQueryResultLocation(id="location", latitude=1, longitude=2, title="l"),
        types.InlineQueryResultVenue(
            id="venue", latitude=1, longitude=2, title="Cafe", address="Street"),
        types.InlineQueryResultContact(id="contact", phone_number="+1", first_name="C"),
        types.InlineQueryResultArticle(
            id="invoice", title="i", input_message_content=types.InputInvoiceMessageContent(
                title="t", description="d", payload="p", currency="XTR",
                prices=[types.LabeledPrice(label="l", amount=5)])),
        types.InlineQueryResultArticle(
            id="location 2", title="i", input_message_content=types.InputLocationMessageContent(
                latitude=3, longitude=4)),
        types.InlineQueryResultArticle(
            id="venue 2", title="i", input_message_content=types.InputVenueMessageContent(
                latitude=3, longitude=4, title="Bar", address="Road")),
        types.InlineQueryResultArticle(
            id="contact 2", title="i", input_message_content=types.InputContactMessageContent(
                phone_number="+2", first_name="D")),
    ]  # fmt: skip
    number = await alice.types("helper_bot")
    query = await question(bot)
    assert query.chat_type == "sender"
    await bot.answer_inline_query(query.id, results)
    found = await alice.sees_results(number)
    assert len(found.ids) == len(results)
    for result_id in found.ids:
        kind = {"article": "text", "web photo": "photo"}.get(result_id, result_id.split(" ")[0])
        assert (await alice.chooses(found, result_id)).message.content_type == kind
    shown = alice.history()
    assert next(one.html for one in shown if one.message.photo and one.text) == "<i>c</i>"
    sizes = [(p.width, p.height) for one in shown for p in (one.message.photo or [])]
    assert (40, 30) in sizes
    stored = len(server.town.files._by_id)
    await heard(bot)
    number = await alice.types("helper_bot", "again")
    await bot.answer_inline_query((await question(bot)).id, results)
    await alice.sees_results(number)
    assert len(server.town.files._by_id) == stored, "files on the web stand for themselves"


async def test_results_come_in_pages_with_a_button(bot: Bot, alice: Person) -> None:
    number = await alice.types("helper_bot", "s")
    button = InlineQueryResultsButton(text="Sign in", start_parameter="in")
    await bot.answer_inline_query(
        (await question(bot)).id, [article("1")], next_offset="1", button=button
    )
    first = await alice.sees_results(number)
    assert (first.next_offset, first.button) == ("1", button.model_dump(exclude_none=True))
    number = await alice.types("helper_bot", "s", offset=first.next_offset)
    query = await question(bot)
    assert query.offset == "1"
    await bot.answer_inline_query(query.id, [article("2")])
    assert (await alice.sees_results(number)).ids == ["2"]


@pytest.fixture
async def timed() -> AsyncIterator[tuple[FakeTime, Playground, Bot]]:
    clock = FakeTime()
    async with (
        running_playground(now=clock) as server,
        Playground.connect(server.base) as town,
        bot_of(server, server.token) as bot,
    ):
        yield clock, town, bot


async def test_an_answer_is_cached_for_everybody_or_for_one(
    timed: tuple[FakeTime, Playground, Bot],
) -> None:
    clock, town, bot = timed
    alice, bob = town.user("alice"), town.user("bob")
    await alice.types("helper_bot", "soup")
    await bot.answer_inline_query((await question(bot)).id, [article("1")], cache_time=60)
    assert (await bob.asks_inline("helper_bot", "soup")).ids == ["1"]
    assert not await heard(bot), "nobody asked the bot again"
    clock.now += 61
    await bob.types("helper_bot", "soup")
    await bot.answer_inline_query((await question(bot)).id, [article("2")], is_personal=True)
    assert (await bob.asks_inline("helper_bot", "soup")).ids == ["2"]
    await alice.types("helper_bot", "soup")
    await bot.answer_inline_query((await question(bot)).id, [article("3")], cache_time=0)
    await alice.types("helper_bot", "soup")
    query = await question(bot)
    clock.now += 11
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_inline_query(query.id, [article("4")])


async def test_inline_mode_has_its_rules(
    town: Playground, bot: Bot, club: InGroup, alice: Person, bob: Person
) -> None:
    await town.new_bot("plain_bot")
    with pytest.raises(Refused, match="no inline mode"):
        await alice.types("@plain_bot", "x")
    with pytest.raises(Refused, match="256"):
        await alice.types("@helper_bot", "x" * 257)
    with pytest.raises(Refused, match="no bot"):
        await alice.types("@bob_the_cook")
    bobs = bob.in_group("club")
    number = await bobs.types("@helper_bot")
    await bot.answer_inline_query((await question(bot)).id, [article()])
    found = await bobs.sees_results(number)
    await bot.restrict_chat_member(
        club.chat_id, bob.id, types.ChatPermissions(can_send_messages=True),
        use_independent_chat_permissions=True,
    )  # fmt: skip
    with pytest.raises(Refused):
        await bobs.chooses(found)
    assert (await club.chooses(await club.asks_inline("@helper_bot"))).text == "Soup"
    with pytest.raises(Refused, match="no results"):
        await alice.chooses(found)


async def test_a_result_is_sent_into_a_topic(server: Running, bot: Bot, club: InGroup) -> None:
    server.town.chats.groups[club.chat_id].is_forum = True
    topic = await bot.create_forum_topic(club.chat_id, "News")
    news = await club.in_topic("News")
    await heard(bot)
    number = await news.types("@helper_bot")
    await bot.answer_inline_query((await question(bot)).id, [article()])
    sent = await news.chooses(await news.sees_results(number))
    assert sent.thread_id == topic.message_thread_id


async def test_a_prepared_message_is_sent_by_its_person(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    prepared = await bot.save_prepared_inline_message(
        alice.id, article(tap=True), allow_group_chats=True
    )
    with pytest.raises(Refused, match="no such prepared"):
        await bob.in_group("club").sends_prepared(prepared.id)
    with pytest.raises(Refused, match="may be sent to group"):
        await alice.sends_prepared(prepared.id)
    sent = await club.sends_prepared(prepared.id)
    assert (sent.text, sent.buttons, sent.sender_id) == ("Soup", ["tap"], alice.id)


async def test_what_was_sent_via_a_bot_survives_a_restart(
    server: Running, bot: Bot, club: InGroup
) -> None:
    number = await club.types("helper_bot", "soup")
    await bot.answer_inline_query((await question(bot)).id, [article("1", tap=True), article("2")])
    await club.chooses(await club.sees_results(number))
    chosen = (await heard(bot))[-1].chosen_inline_result
    assert chosen is not None
    await bot.save_prepared_inline_message(club.id, article())
    server.town.chats.groups[club.chat_id].is_forum = True
    await bot.create_forum_topic(club.chat_id, "News")
    copy = Town()
    from_file(copy, to_file(server.town))
    assert copy.topics == server.town.topics
    assert copy.inline.sent.keys() == {chosen.inline_message_id}
    assert copy.inline.answers[number].offer("2") is not None
    shown = [list(inline.prepared) for inline in (copy.inline, server.town.inline)]
    assert shown[0] == shown[1]


async def test_a_guest_answers_where_it_is_not(
    town: Playground, server: Running, bot: Bot, club: InGroup
) -> None:
    made = await town.new_bot("guest_bot", supports_guest_queries=True)
    async with bot_of(server, made["token"]) as guest:
        assert (await guest.get_me()).supports_guest_queries
        asked = await club.says("@guest_bot what is soup?")
        await club.says("@helper_bot is here anyway")
        [update] = await heard(guest)
        called = update.guest_message
        assert called is not None
        assert (called.text, called.message_id) == ("@guest_bot what is soup?", asked.id)
        assert called.guest_query_id is not None
        answered = await guest.answer_guest_query(called.guest_query_id, article())
        seen = await club.sees("Soup")
        assert seen.sender_id == guest.id
        assert seen.message.reply_to_message is not None
        assert seen.message.guest_bot_caller_user is not None
        assert seen.message.guest_bot_caller_user.id == club.id
        assert await guest.edit_message_text("Tea", inline_message_id=answered.inline_message_id)
        await club.sees("Tea")
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await guest.answer_guest_query(called.guest_query_id, article())
