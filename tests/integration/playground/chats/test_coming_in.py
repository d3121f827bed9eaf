"""Links, requests to come in, and addresses of Telegram."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import ChatInviteLink, Update

from playground.encoding import Json
from playground.state.members import RIGHTS
from playground.users import InGroup, Person, Playground, Refused

KINDS = ["message", "chat_member", "my_chat_member", "chat_join_request"]


async def heard(bot: Bot) -> list[Update]:
    new = await bot.get_updates(allowed_updates=KINDS)
    if new:
        await bot.get_updates(offset=new[-1].update_id + 1, allowed_updates=KINDS)
    return new


@pytest.fixture
async def doorman(club: InGroup, bot: Bot) -> Bot:
    """The bot with every right in the club."""
    await club.makes(bot.id, "administrator", rights=dict.fromkeys(RIGHTS, True))
    await heard(bot)
    return bot


@pytest.fixture
async def dave(town: Playground) -> Person:
    return await town.new_person("Dave", username="dave", bio="I cook")


async def test_a_link_lets_in_as_many_as_it_says(
    doorman: Bot, club: InGroup, dave: Person, town: Playground
) -> None:
    link = await doorman.create_chat_invite_link(club.chat_id, name="friends", member_limit=1)
    assert (link.name, link.member_limit, link.is_primary) == ("friends", 1, False)
    await dave.in_group("club").joins(link.invite_link)
    came = [one.chat_member for one in await heard(doorman) if one.chat_member]
    assert [one.invite_link for one in came] == [link]
    assert came[0].via_join_request is None
    erin = await town.new_person("Erin")
    with pytest.raises(Refused, match="has expired"):
        await erin.in_group("club").joins(link.invite_link)
    await dave.in_group("club").leaves()
    await erin.in_group("club").joins(link.invite_link)
    [shown] = (await club.chat())["invite_links"]
    assert shown["joined"] == 2
    assert (await dave.in_group("club").chat())["invite_links"] == []


async def test_links_end(doorman: Bot, club: InGroup, dave: Person, town: Playground) -> None:
    group, now = club.chat_id, await town.now()
    short = await doorman.create_chat_invite_link(group, expire_date=int(now) + 60)
    await town.passes(seconds=61)
    with pytest.raises(Refused, match="has expired"):
        await dave.opens(short.invite_link)
    edited = await doorman.edit_chat_invite_link(group, short.invite_link, name="again")
    assert (edited.name, edited.expire_date) == ("again", None)
    assert (await dave.opens(short.invite_link))["did"] == "joined"
    revoked = await doorman.revoke_chat_invite_link(group, short.invite_link)
    assert revoked.is_revoked
    with pytest.raises(Refused, match="has expired"):
        await dave.opens(short.invite_link)
    first = await doorman.export_chat_invite_link(group)
    second = await doorman.export_chat_invite_link(group)
    assert first != second
    assert (await doorman.get_chat(group)).invite_link == second
    with pytest.raises(TelegramBadRequest, match="CHAT_INVITE_PERMANENT"):
        await doorman.edit_chat_invite_link(group, second)


async def test_others_links_are_known_by_half(doorman: Bot, club: InGroup, dave: Person) -> None:
    link = await club.new_link(name="hers")
    await dave.in_group("club").joins(link)
    [came] = [one.chat_member for one in await heard(doorman) if one.chat_member]
    assert came.invite_link is not None
    assert came.invite_link.invite_link.endswith("…")
    assert link.startswith(came.invite_link.invite_link[:-1])
    await club.revokes(link)
    with pytest.raises(TelegramBadRequest, match="INVITE_HASH_EXPIRED"):
        await doorman.revoke_chat_invite_link(club.chat_id, link)


async def test_a_bot_lets_in_whom_it_wants(doorman: Bot, club: InGroup, dave: Person) -> None:
    link = await _asking_link(doorman, club)
    await dave.in_group("club").asks_to_join(link.invite_link)
    [update] = await heard(doorman)
    request = update.chat_join_request
    assert request is not None
    assert (request.from_user.id, request.bio) == (dave.id, "I cook")
    assert request.user_chat_id == dave.id
    assert request.invite_link is not None
    assert request.invite_link.pending_join_request_count == 1
    await doorman.send_message(request.user_chat_id, "why?")  # though they never met
    assert [one["user"]["id"] for one in (await club.chat())["join_requests"]] == [dave.id]
    assert await doorman.approve_chat_join_request(club.chat_id, dave.id)
    told = await heard(doorman)
    assert [one.event_type for one in told] == ["chat_member", "message"]
    assert told[0].chat_member is not None
    assert told[0].chat_member.via_join_request is True
    assert told[1].message is not None
    assert told[1].message.from_user is not None
    assert told[1].message.from_user.id == dave.id
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await doorman.send_message(dave.id, "welcome")
    with pytest.raises(TelegramBadRequest, match="USER_ALREADY_PARTICIPANT"):
        await doorman.approve_chat_join_request(club.chat_id, dave.id)


async def _asking_link(doorman: Bot, club: InGroup) -> ChatInviteLink:
    return await doorman.create_chat_invite_link(club.chat_id, creates_join_request=True)


async def test_the_door_between_bot_and_person_closes_in_time(
    doorman: Bot, club: InGroup, dave: Person, town: Playground
) -> None:
    await dave.in_group("club").asks_to_join((await _asking_link(doorman, club)).invite_link)
    await town.passes(seconds=301)
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await doorman.send_message(dave.id, "still there?")


async def test_people_decide_too(
    doorman: Bot, club: InGroup, dave: Person, bob: Person, town: Playground
) -> None:
    await club.sets(join_by_request=True, username="the_club")
    await dave.in_group("club").asks_to_join()
    assert (await doorman.get_chat(club.chat_id)).join_by_request
    with pytest.raises(Refused, match="can_invite_users"):
        await bob.in_group("club").approves(dave)
    await club.declines(dave)
    with pytest.raises(TelegramBadRequest, match="HIDE_REQUESTER_MISSING"):
        await doorman.decline_chat_join_request(club.chat_id, dave.id)
    await dave.in_group("club").asks_to_join()
    await club.approves(dave)
    assert (await dave.in_group("club").chat())["status"] == "member"


async def test_a_guard_is_asked_first(doorman: Bot, club: InGroup, dave: Person) -> None:
    await club.sets(guard_bot=doorman.id, join_by_request=True)
    assert (await doorman.get_chat(club.chat_id)).guard_bot is not None
    await dave.in_group("club").asks_to_join()
    [update] = await heard(doorman)
    assert update.chat_join_request is not None
    query = update.chat_join_request.query_id
    assert query is not None
    assert await doorman.send_chat_join_request_web_app(query, "https://door.example/quiz")
    assert await doorman.answer_chat_join_request_query(query, "approve")
    assert (await dave.in_group("club").chat())["status"] == "member"
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await doorman.answer_chat_join_request_query(query, "decline")


async def test_a_silent_guard_is_passed_over(
    doorman: Bot, club: InGroup, dave: Person, town: Playground
) -> None:
    await club.sets(guard_bot=doorman.id, join_by_request=True)
    await dave.in_group("club").asks_to_join()
    [update] = await heard(doorman)
    assert update.chat_join_request is not None
    query = update.chat_join_request.query_id or ""
    await town.passes(seconds=11)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await doorman.answer_chat_join_request_query(query, "approve")
    await club.approves(dave)


async def test_addresses_lead_somewhere(
    doorman: Bot, club: InGroup, alice: Person, dave: Person, town: Playground
) -> None:
    started = await dave.opens("https://t.me/helper_bot?start=abc")
    assert (started["did"], started["message"]["text"]) == ("started", "/start abc")
    assert await dave.opens("@helper_bot") == {"chat": doorman.id, "did": "opened"}
    chosen = await alice.opens("t.me/helper_bot?startgroup=game")
    assert (chosen["did"], chosen["payload"]) == ("choose_group", "game")
    assert club.chat_id in chosen["groups"]
    await club.makes(doorman.id, "left")
    await heard(doorman)
    await club.adds(doorman.id, payload=chosen["payload"])
    said = [one.message.text for one in await heard(doorman) if one.message and one.message.text]
    assert said == ["/start@helper_bot game"]
    await club.sets(username="the_club")
    hello = await club.says("hello")
    assert (await dave.opens(f"t.me/the_club/{hello.id}"))["message_id"] == hello.id
    inner = f"https://t.me/c/{str(club.chat_id)[4:]}/{hello.id}"
    with pytest.raises(Refused, match="not in the group"):
        await dave.opens(inner)
    assert (await alice.opens(inner))["message_id"] == hello.id
    for nowhere in ("https://example.org/x", "@nobody_at_all", "https://t.me/+nothing"):
        with pytest.raises(Refused):
            await dave.opens(nowhere)


async def test_channels_sell_their_links(town: Playground, alice: Person, bot: Bot) -> None:
    channel = await town.new_channel("Secrets", alice, admins=[bot.id])
    link = await bot.create_chat_subscription_invite_link(channel, 2_592_000, 10, name="gold")
    assert (link.subscription_period, link.subscription_price) == (2_592_000, 10)
    renamed = await bot.edit_chat_subscription_invite_link(channel, link.invite_link, name="silver")
    assert (renamed.name, renamed.subscription_price) == ("silver", 10)


async def test_a_link_tells_where_it_leads(
    doorman: Bot, club: InGroup, town: Playground, dave: Person
) -> None:
    async def seen(link: str) -> Json:
        return await town.request("GET", "/sim/preview", params={"link": link})

    made = await doorman.create_chat_invite_link(club.chat_id, creates_join_request=True)
    count = (await club.chat())["member_count"]
    assert await seen(made.invite_link) == {
        "chat": club.chat_id, "kind": "group", "title": "Club", "username": None,
        "member_count": count, "by_request": True,
    }  # fmt: skip
    assert (await seen("@helper_bot"))["title"] == "Helper"
    await doorman.revoke_chat_invite_link(club.chat_id, made.invite_link)
    for nothing in (made.invite_link, "https://example.org/x", "@nobody", ""):
        assert await seen(nothing) == {"chat": None}
    assert dave.id not in {one["user"]["id"] for one in (await club.chat())["members"]}
