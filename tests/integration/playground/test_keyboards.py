"""Keyboards: what bots may put on them, and what people's presses and taps send."""

import json

import httpx
import pytest
from aiogram import Bot
from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonPollType,
    KeyboardButtonRequestChat,
    KeyboardButtonRequestUsers,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)

from playground.encoding import Json
from playground.server import Running
from playground.users import InGroup, Person, Refused
from tests.integration.playground.test_polls import updates


def keys(*buttons: KeyboardButton, **more: object) -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup.model_validate({"keyboard": [[*buttons]], **more})


def taps(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[*buttons]])


async def heard(bot: Bot) -> Message:
    """The one message that the bot hears."""
    [message] = [one.message for one in await updates(bot) if one.message is not None]
    return message


async def test_a_key_gives_what_it_asks_for(bot: Bot, alice: Person, bob: Person) -> None:
    users = KeyboardButtonRequestUsers(
        request_id=7, max_quantity=2, request_name=True, request_username=True
    )
    asked = keys(
        KeyboardButton(text="phone", request_contact=True),
        KeyboardButton(text="place", request_location=True),
        KeyboardButton(text="people", request_users=users),
        KeyboardButton(text="poll", request_poll=KeyboardButtonPollType(type="quiz")),
        KeyboardButton(text="app", web_app=WebAppInfo(url="https://example.com/app")),
        KeyboardButton(text="plain"),
    )
    sent = await bot.send_message(alice.id, "Tell me", reply_markup=asked)
    await updates(bot)
    await alice.shares_contact()
    message = await heard(bot)
    assert message.contact is not None
    assert (message.contact.user_id, message.contact.first_name) == (alice.id, "Alice")
    assert message.reply_to_message is not None
    assert message.reply_to_message.message_id == sent.message_id
    await alice.shares_location(55.5, 37.25)
    message = await heard(bot)
    assert message.location is not None
    assert (message.location.latitude, message.location.longitude) == (55.5, 37.25)
    await alice.presses("people", users=[bob.id, alice.id])
    shared = (await heard(bot)).users_shared
    assert shared is not None
    assert (shared.request_id, shared.user_ids) == (7, [bob.id, alice.id])
    assert (shared.users[0].first_name, shared.users[0].username) == ("Bob", "bob_the_cook")
    await alice.presses("people", users=[bob.id])
    message = await heard(bot)
    assert message.user_shared is not None
    assert message.user_shared.user_id == bob.id
    quiz = {"question": "?", "options": ["a", "b"], "type": "quiz", "correct_option_ids": [1]}
    await alice.presses("poll", poll=quiz)
    poll = (await heard(bot)).poll
    assert poll is not None
    assert poll.correct_option_ids == [1]
    await alice.presses("app", web_app_data="[1]")
    data = (await heard(bot)).web_app_data
    assert data is not None
    assert (data.data, data.button_text) == ("[1]", "app")
    await alice.presses("plain")
    assert (await heard(bot)).text == "plain"


async def test_a_key_does_not_take_what_it_did_not_ask_for(
    bot: Bot, alice: Person, bob: Person
) -> None:
    bots = KeyboardButtonRequestUsers(request_id=1, user_is_bot=True)
    asked = keys(
        KeyboardButton(text="phone", request_contact=True),
        KeyboardButton(text="a bot", request_users=bots),
        KeyboardButton(text="poll", request_poll=KeyboardButtonPollType(type="quiz")),
    )
    await bot.send_message(alice.id, "Tell me", reply_markup=asked)
    await alice.sees("Tell me")
    await updates(bot)
    with pytest.raises(Refused, match='asks for "contact"'):
        await alice.presses("phone")
    with pytest.raises(Refused, match="not of the kind"):
        await alice.presses("a bot", users=[bob.id])
    with pytest.raises(Refused, match='a poll of the type "quiz"'):
        await alice.presses("poll", poll={"question": "?", "options": ["a", "b"]})
    path = f"/sim/users/{alice.id}/chats/{alice.chat_id}/press"
    with pytest.raises(Refused, match='there is no such key; shown are "phone", "a bot"'):
        await alice.town.request("POST", path, json={"text": "other"})
    assert await updates(bot) == []
    await alice.presses("a bot", users=[bot.id])
    shared = (await heard(bot)).users_shared
    assert shared is not None
    assert shared.users[0].first_name is None, "the name was not asked for"


async def test_a_chat_is_shared_only_when_it_fits(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    own = KeyboardButtonRequestChat(
        request_id=3, chat_is_channel=False, chat_is_created=True, request_title=True
    )
    channel = KeyboardButtonRequestChat(request_id=4, chat_is_channel=True)
    asked = keys(
        KeyboardButton(text="group", request_chat=own),
        KeyboardButton(text="channel", request_chat=channel),
    )
    for person in (alice, bob):
        await bot.send_message(person.id, "Which?", reply_markup=asked)
    await updates(bot)
    await alice.presses("group", chat=club.chat_id)
    shared = (await heard(bot)).chat_shared
    assert shared is not None
    assert (shared.chat_id, shared.title, shared.username) == (club.chat_id, "Club", None)
    with pytest.raises(Refused, match="their own chat"):
        await bob.presses("group", chat=club.chat_id)
    with pytest.raises(Refused, match="a channel"):
        await alice.presses("channel", chat=club.chat_id)


async def test_a_keyboard_for_once_goes_and_one_for_some_is_theirs(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    bobs = bob.in_group(club.chat_id)
    once = keys(
        KeyboardButton(text="Yes"), one_time_keyboard=True, selective=True,
        input_field_placeholder="Well?",
    )  # fmt: skip
    await bot.send_message(club.chat_id, "@bob_the_cook, yes?", reply_markup=once)
    assert (await club.chat())["keyboard"] is None
    shown = (await bobs.chat())["keyboard"]
    assert shown["input_field_placeholder"] == "Well?"
    await updates(bot)
    pressed = await bobs.presses("Yes")
    assert pressed.message.reply_to_message is not None, "so a bot in privacy mode hears it"
    assert (await heard(bot)).text == "Yes"
    assert (await bobs.chat())["keyboard"] is None


async def test_a_keyboard_is_removed_and_a_reply_is_asked_for(bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "a", reply_markup=keys(KeyboardButton(text="Yes")))
    await bot.send_message(alice.id, "b", reply_markup=ReplyKeyboardRemove(remove_keyboard=True))
    assert (await alice.chat())["keyboard"] is None
    forced = ForceReply(force_reply=True, input_field_placeholder="Your name")
    sent = await bot.send_message(alice.id, "c", reply_markup=forced)
    told = (await alice.chat())["force_reply"]
    assert told == {"message_id": sent.message_id, "placeholder": "Your name"}


async def test_buttons_are_kept_as_telegram_keeps_them(bot: Bot, alice: Person) -> None:
    many = [InlineKeyboardButton(text=str(number), callback_data="x") for number in range(14)]
    sent = await bot.send_message(
        alice.id, "look",
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[
            [InlineKeyboardButton(text="", callback_data="x")],
            [InlineKeyboardButton(text="a", url="EXAMPLE.com?q=1", callback_data="x")],
            many,
        ]),
    )  # fmt: skip
    assert sent.reply_markup is not None
    [[link], row] = sent.reply_markup.inline_keyboard
    assert (link.url, link.callback_data) == ("http://example.com/?q=1", None)
    assert len(row) == 12


async def test_an_answer_may_be_remembered_by_the_app(bot: Bot, alice: Person) -> None:
    button = InlineKeyboardButton(text="tap", callback_data="x")
    await bot.send_message(alice.id, "look", reply_markup=taps(button))
    await updates(bot)
    first = await alice.taps("tap")
    await updates(bot)
    await bot.answer_callback_query(first["query_id"], "Hello", cache_time=60)
    await alice.sees_toast("Hello")
    again = await alice.taps("tap")
    toast = await alice.sees_toast("Hello")
    assert toast.query_id == again["query_id"] != first["query_id"]
    assert await updates(bot) == [], "the bot is not asked again"


async def test_an_answer_may_open_a_link_into_the_bot(bot: Bot, alice: Person) -> None:
    button = InlineKeyboardButton(text="tap", callback_data="x")
    await bot.send_message(alice.id, "look", reply_markup=taps(button))
    me = await bot.get_me()
    query = (await alice.taps("tap"))["query_id"]
    await bot.answer_callback_query(query, url=f"https://t.me/{me.username}?start=abc")
    assert (await alice.sees_toast()).url == f"https://t.me/{me.username}?start=abc"


async def call(server: Running, method: str, **params: object) -> Json:
    """What a bot without a library gets."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{server.base}/bot{server.token}/{method}", json=params)
    return dict(answer.json())


async def test_a_text_alone_is_a_key(server: Running, alice: Person) -> None:
    markup = {"keyboard": [["Yes", {"text": "No"}]], "one_time_keyboard": True}
    for given in (markup, json.dumps(markup)):
        await call(server, "sendMessage", chat_id=alice.id, text="Tea?", reply_markup=given)
        await alice.presses("Yes")


BUTTON = "can't parse InlineKeyboardButton: "


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (None, "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
        (
            {"keyboard": ["A"]},
            'field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"keyboard": [[1]]},
            "can't parse keyboard button: KeyboardButton must be a String or an Object",
        ),
        (
            {"inline_keyboard": {}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array',
        ),
        ({"inline_keyboard": [["A"]]}, BUTTON + "InlineKeyboardButton must be an Object"),
        ({"inline_keyboard": [[{"url": "t.me"}]]}, BUTTON + 'Can\'t find field "text"'),
    ],
)
async def test_what_is_no_keyboard_is_refused_and_not_left_out(
    server: Running, alice: Person, markup: object, words: str
) -> None:
    answer = await call(server, "sendMessage", chat_id=alice.id, text="Tea?", reply_markup=markup)
    assert answer["description"] == f"Bad Request: {words}"


async def test_a_strange_keyboard_does_not_take_the_shown_one_away(
    server: Running, alice: Person
) -> None:
    await call(
        server, "sendMessage", chat_id=alice.id, text="a", reply_markup={"keyboard": [["A"]]}
    )
    for strange in ({}, {"foo": 1}, {"remove_keyboard": False}, ""):
        sent = await call(server, "sendMessage", chat_id=alice.id, text="b", reply_markup=strange)
        assert sent["ok"]
    await alice.presses("A")


async def test_a_message_is_edited_with_inline_buttons_only(server: Running, alice: Person) -> None:
    sent = await call(server, "sendMessage", chat_id=alice.id, text="a")
    answer = await call(
        server, "editMessageText", chat_id=alice.id, message_id=sent["result"]["message_id"],
        text="b", reply_markup={"keyboard": [["A"]]},
    )  # fmt: skip
    assert answer["description"] == "Bad Request: inline keyboard expected"


async def test_a_number_is_a_text_too(server: Running, alice: Person) -> None:
    markup = {"inline_keyboard": [[{"text": 7, "callback_data": 42}]]}
    await call(server, "sendMessage", chat_id=alice.id, text=12, reply_markup=markup)
    assert (await alice.sees("12")).buttons == ["7"]
    await alice.taps("7")
    [update] = (await call(server, "getUpdates"))["result"]
    assert update["callback_query"]["data"] == "42"
    number = int(update["callback_query"]["id"])
    assert (await call(server, "answerCallbackQuery", callback_query_id=number))["ok"]


async def test_an_empty_parameter_is_none(server: Running, alice: Person) -> None:
    empty: Json = {"offset": "", "timeout": "", "allowed_updates": ""}
    assert (await call(server, "getUpdates", **empty))["result"] == []
    sent = await call(server, "sendMessage", chat_id=alice.id, text="a", message_thread_id="")
    assert sent["ok"]
    refused = await call(server, "sendMessage", chat_id="", text="a")
    assert refused["description"] == "Bad Request: chat_id is empty"


@pytest.mark.parametrize(
    ("method", "words"),
    [("sendLocation", "latitude is empty"), ("getFile", "file_id not specified")],
)
async def test_what_is_missing_is_said_in_telegrams_words(
    server: Running, alice: Person, method: str, words: str
) -> None:
    answer = await call(server, method, chat_id=alice.id)
    assert answer["description"] == f"Bad Request: {words}"
