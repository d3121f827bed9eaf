"""What Telegram refuses, in its own words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
)

from playground.server import Running
from playground.users import InGroup, Person, Playground


@dataclass(frozen=True)
class Scene:
    bot: Bot
    alice: int
    bob: int
    club: int
    own: int
    hers: int
    picture: int


@pytest.fixture
async def scene(bot: Bot, alice: Person, bob: Person, club: InGroup) -> Scene:
    own = await bot.send_message(alice.id, "own", reply_markup=button("a", "b"))
    hers = await alice.says("hers")
    pixel = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")
    picture = await bot.send_photo(alice.id, BufferedInputFile(pixel, "a.png"), caption="c")
    return Scene(bot, alice.id, bob.id, club.chat_id, own.message_id, hers.id, picture.message_id)


def button(text: str, data: str | None = None, url: str | None = None) -> InlineKeyboardMarkup:
    made = InlineKeyboardButton(text=text, callback_data=data, url=url)
    return InlineKeyboardMarkup(inline_keyboard=[[made]])


Call = Callable[[Scene], Awaitable[object]]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
BAD: list[tuple[str, Call]] = [
    ("message is too long", lambda s: s.bot.send_message(s.alice, "x" * 4097)),
    ("text must be non-empty", lambda s: s.bot.send_message(s.alice, " \n ")),
    ("message text is empty", lambda s: s.bot.send_message(s.alice, "")),
    (
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        lambda s: s.bot.send_message(s.alice, "<b>x", parse_mode="HTML"),
    ),
    ("chat not found", lambda s: s.bot.send_message(99, "x")),
    ("chat not found", lambda s: s.bot.send_message("@nowhere", "x")),
    (
        "BUTTON_DATA_INVALID",
        lambda s: s.bot.send_message(s.alice, "x", reply_markup=button("a", "я" * 33)),
    ),
    (
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        lambda s: s.bot.send_message(s.alice, "x", reply_markup=button("a")),
    ),
    (
        "inline keyboard button URL 'nothing' is invalid: Wrong HTTP URL",
        lambda s: s.bot.send_message(s.alice, "x", reply_markup=button("a", url="nothing")),
    ),
    (
        "message to be replied not found",
        lambda s: s.bot.send_message(s.alice, "x", reply_parameters=ReplyParameters(message_id=1)),
    ),
    ("wrong parameter action in request", lambda s: s.bot.send_chat_action(s.alice, "dance")),
    ("RANDOM_ID_INVALID", lambda s: s.bot.send_message_draft(s.alice, 0, text="x")),
    ("TEXTDRAFT_PEER_INVALID", lambda s: s.bot.send_message_draft(s.club, 1, text="x")),
    (
        NOT_MODIFIED,
        lambda s: s.bot.edit_message_text(
            "own", chat_id=s.alice, message_id=s.own, reply_markup=button("a", "b")
        ),
    ),
    (
        NOT_MODIFIED,
        lambda s: s.bot.edit_message_reply_markup(
            chat_id=s.alice, message_id=s.own, reply_markup=button("a", "b")
        ),
    ),
    (
        "message to edit not found",
        lambda s: s.bot.edit_message_text("x", chat_id=s.alice, message_id=1),
    ),
    (
        "message can't be edited",
        lambda s: s.bot.edit_message_text("x", chat_id=s.alice, message_id=s.hers),
    ),
    (
        "there is no text in the message to edit",
        lambda s: s.bot.edit_message_text("x", chat_id=s.alice, message_id=s.picture),
    ),
    (
        "there is no caption in the message to edit",
        lambda s: s.bot.edit_message_caption(caption="x", chat_id=s.alice, message_id=s.own),
    ),
    (
        "message caption is too long",
        lambda s: s.bot.edit_message_caption(
            caption="x" * 1025, chat_id=s.alice, message_id=s.picture
        ),
    ),
    ("message to delete not found", lambda s: s.bot.delete_message(s.alice, 1)),
    ("IMAGE_PROCESS_FAILED", lambda s: s.bot.send_photo(s.alice, BufferedInputFile(b"x", "a"))),
    (
        "wrong remote file identifier specified: Wrong padding in the string",
        lambda s: s.bot.send_photo(s.alice, "AgACnothing"),
    ),
    ("invalid file_id", lambda s: s.bot.get_file("nothing")),
    (
        "query is too old and response timeout expired or query ID is invalid",
        lambda s: s.bot.answer_callback_query("1"),
    ),
    (
        "REACTION_INVALID",
        lambda s: s.bot.set_message_reaction(s.alice, s.own, [ReactionTypeEmoji(emoji="🥣")]),
    ),
    ("message to react not found", lambda s: s.bot.set_message_reaction(s.alice, 1, [])),
    ("can't remove chat owner", lambda s: s.bot.ban_chat_member(s.club, s.alice)),
    ("PARTICIPANT_ID_INVALID", lambda s: s.bot.ban_chat_member(s.club, 99)),
    ("can't restrict self", lambda s: s.bot.ban_chat_member(s.club, s.bot.id)),
    (
        "can't ban members in private chats",
        lambda s: s.bot.ban_chat_member(s.alice, s.bob),
    ),
    (
        "not enough rights",
        lambda s: s.bot.promote_chat_member(s.club, s.bob, can_pin_messages=True),
    ),
    ("bad webhook: An HTTPS URL must be provided for webhook", lambda s: s.bot.set_webhook("x")),
]


async def refusal_of(call: Awaitable[object]) -> str:
    try:
        await call
    except TelegramBadRequest as error:
        return error.message.removeprefix("Bad Request: ")
    return "(not refused)"


async def test_bad_requests(scene: Scene) -> None:
    said = [await refusal_of(call(scene)) for _, call in BAD]
    assert said == [sentence for sentence, _ in BAD]


async def test_a_bot_speaks_only_to_people_who_want_it(
    bot: Bot, alice: Person, town: Playground
) -> None:
    await alice.blocks()
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(alice.id, "x")
    await alice.unblocks()
    await bot.send_message(alice.id, "x")
    changes = [one.my_chat_member for one in await bot.get_updates() if one.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]
    dave = await town.new_person("Dave")
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation with a user"):
        await bot.send_message(dave.id, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.get_chat(dave.id)
    await dave.starts()
    await bot.send_message(dave.id, "x")


async def test_a_query_is_answered_once(bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "own", reply_markup=button("a", "b"))
    query = (await alice.taps("a"))["query_id"]
    assert await bot.answer_callback_query(query, "x")
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query)


async def test_wrong_tokens_and_unknown_methods(server: Running, bot: Bot) -> None:
    stranger = Bot("1:x", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
        await stranger.get_me()
    async with httpx.AsyncClient(base_url=server.base, trust_env=False) as client:
        unknown = (await client.get(f"/bot{server.token}/makeTea")).json()
        assert unknown == {"ok": False, "error_code": 404, "description": "Not Found"}
        broken = await client.post(
            f"/bot{server.token}/sendMessage",
            content="{",
            headers={"Content-Type": "application/json"},
        )
        assert broken.status_code == 400
        by_query = await client.get(
            f"/bot{server.token}/SENDMESSAGE",
            params={"chat_id": server.seed.users["bob"], "text": "x"},
        )
        assert by_query.json()["result"]["text"] == "x"
    with pytest.raises(TelegramAPIError, match="getMyStarBalance is not emulated"):
        await bot.get_my_star_balance()
