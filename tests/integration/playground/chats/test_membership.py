"""Who is in a group, who may do what, and who hears of it."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramMigrateToChat
from aiogram.types import ChatPermissions, Update

from playground.state.members import RIGHTS
from playground.users import InGroup, Person, Playground, Refused

KINDS = ["message", "chat_member", "my_chat_member"]


async def heard(bot: Bot) -> list[Update]:
    new = await bot.get_updates(allowed_updates=KINDS)
    if new:
        await bot.get_updates(offset=new[-1].update_id + 1, allowed_updates=KINDS)
    return new


@pytest.fixture
async def ruling(club: InGroup, bot: Bot) -> Bot:
    """The bot with every right in the club."""
    await club.makes(bot.id, "administrator", rights=dict.fromkeys(RIGHTS, True))
    await heard(bot)
    return bot


async def test_changes_are_told_in_order(ruling: Bot, club: InGroup, bob: Person) -> None:
    reader = bob.in_group("club")
    await reader.leaves()
    await reader.joins()
    await club.removes(bob)
    told = await heard(ruling)
    assert [one.event_type for one in told] == ["chat_member", "message"] * 3
    statuses = [one.chat_member.new_chat_member.status for one in told if one.chat_member]
    assert statuses == ["left", "member", "kicked"]
    services = [one.message for one in told if one.message]
    assert [bool(one.new_chat_members) for one in services] == [False, True, False]
    doers = [one.from_user.id for one in services if one.from_user]
    assert doers == [bob.id, bob.id, club.id]
    with pytest.raises(Refused, match="banned"):
        await reader.joins()


async def test_a_bot_hears_of_its_own_place(
    ruling: Bot, club: InGroup, alice: Person, town: Playground
) -> None:
    await club.makes(ruling.id, "member")
    await club.removes(ruling.id)
    told = await heard(ruling)
    assert [one.event_type for one in told] == ["my_chat_member", "my_chat_member", "message"]
    gone = told[-1].message
    assert gone is not None
    assert gone.left_chat_member is not None
    assert gone.left_chat_member.id == ruling.id
    await club.makes(ruling.id, "left")
    await club.adds(ruling.id)
    told = await heard(ruling)
    assert [one.event_type for one in told] == ["my_chat_member", "my_chat_member", "message"]


async def test_rights_are_given_only_from_ones_own(
    ruling: Bot, club: InGroup, bob: Person, town: Playground
) -> None:
    carol, group = town.user("carol"), club.chat_id
    assert await ruling.promote_chat_member(
        group, bob.id, can_promote_members=True, can_restrict_members=True
    )
    deputy = bob.in_group("club")
    with pytest.raises(Refused, match="cannot give rights that they lack: can_pin_messages"):
        await deputy.makes(carol, "administrator", rights={"can_pin_messages": True})
    await deputy.makes(carol, "administrator", rights={"can_restrict_members": True})
    below = await ruling.get_chat_member(group, carol.id)
    assert below.model_dump()["can_be_edited"] is True, "appointed by one whom the bot appointed"
    with pytest.raises(Refused, match="appointed by somebody else"):
        await carol.in_group("club").bans(bob)
    with pytest.raises(Refused, match="owner cannot be changed"):
        await deputy.bans(town.user("alice"))
    assert await ruling.set_chat_administrator_custom_title(group, carol.id, "cook")
    [shown] = [
        one for one in await ruling.get_chat_administrators(group) if one.user.id == carol.id
    ]
    assert shown.model_dump()["custom_title"] == "cook"
    assert await ruling.promote_chat_member(group, carol.id)
    assert (await ruling.get_chat_member(group, carol.id)).status == "member"
    with pytest.raises(TelegramBadRequest, match="user is not an administrator"):
        await ruling.set_chat_administrator_custom_title(group, carol.id, "x")


async def test_a_muted_person_is_not_heard(ruling: Bot, club: InGroup, bob: Person) -> None:
    reader, group = bob.in_group("club"), club.chat_id
    await ruling.restrict_chat_member(
        group,
        bob.id,
        ChatPermissions(can_send_messages=True),
        use_independent_chat_permissions=True,
    )
    await heard(ruling)
    await reader.says("only words")
    with pytest.raises(Refused, match="may not send photos here"):
        await reader.sends_photo(b"\x89PNG")
    await club.mutes(bob)
    with pytest.raises(Refused, match="this person may not send texts here"):
        await reader.says("hm")
    told = [one.message.text for one in await heard(ruling) if one.message]
    assert told == ["only words"]
    await club.makes(bob, "member")
    await ruling.set_chat_permissions(group, ChatPermissions(can_send_messages=False))
    with pytest.raises(Refused, match="a member of this group may not send texts here"):
        await reader.says("hm")
    assert (await reader.chat())["permissions"]["can_send_messages"] is False


async def test_tags_are_shown_beside_names(ruling: Bot, club: InGroup, bob: Person) -> None:
    assert await ruling.set_chat_member_tag(club.chat_id, bob.id, "tester")
    assert (await bob.in_group("club").says("x")).message.sender_tag == "tester"
    assert (await ruling.get_chat_member(club.chat_id, bob.id)).model_dump()["tag"] == "tester"
    with pytest.raises(TelegramBadRequest, match="administrator of the chat"):
        await ruling.set_chat_member_tag(club.chat_id, club.id, "boss")


async def test_bots_are_listed_when_asked_for(ruling: Bot, club: InGroup, town: Playground) -> None:
    other = (await town.new_bot("other_bot"))["user"]["id"]
    await club.makes(other, "administrator")
    seen = [one.user.id for one in await ruling.get_chat_administrators(club.chat_id)]
    assert seen == [club.id, ruling.id]
    everybody = await ruling.get_chat_administrators(club.chat_id, return_bots=True)
    assert [one.user.id for one in everybody] == [club.id, ruling.id, other]
    assert (await ruling.get_user_chat_boosts(club.chat_id, club.id)).boosts == []


async def test_a_basic_group_grows_up(
    town: Playground, alice: Person, bob: Person, bot: Bot
) -> None:
    small = alice.in_group(await town.new_group("Small", alice, [bob, bot.id], type="group"))
    assert (await small.chat())["type"] == "group"
    born = await heard(bot)
    assert [one.event_type for one in born] == ["my_chat_member", "message"]
    assert born[-1].message is not None
    assert born[-1].message.group_chat_created
    with pytest.raises(TelegramBadRequest, match="only in supergroups"):
        await bot.restrict_chat_member(small.chat_id, bob.id, ChatPermissions())
    with pytest.raises(Refused, match="only a supergroup restricts"):
        await small.mutes(bob)
    with pytest.raises(Refused, match="only a supergroup has slow_mode_s"):
        await small.sets(slow_mode_s=10)
    await small.makes(bot.id, "administrator")
    await bot.ban_chat_member(small.chat_id, bob.id)
    await bob.in_group(small.chat_id).joins()
    await heard(bot)
    grown = await small.upgrades()
    told = [one.message for one in await heard(bot) if one.message]
    assert [(one.chat.id, one.migrate_to_chat_id, one.migrate_from_chat_id) for one in told] == [
        (small.chat_id, grown.chat_id, None),
        (grown.chat_id, None, small.chat_id),
    ]
    with pytest.raises(TelegramMigrateToChat) as caught:
        await bot.send_message(small.chat_id, "x")
    assert caught.value.migrate_to_chat_id == grown.chat_id
    await bot.send_message(grown.chat_id, "hello")
    assert (await grown.chat())["type"] == "supergroup"
    with pytest.raises(Refused, match="has become the supergroup"):
        await small.adds(bob)
    chats = (await town.request("GET", f"/sim/users/{bob.id}/state"))["chats"]
    assert grown.chat_id in [one["id"] for one in chats]
    assert small.chat_id not in [one["id"] for one in chats]


async def test_an_owner_may_return(ruling: Bot, club: InGroup) -> None:
    await club.leaves()
    assert (await club.chat())["status"] == "left"
    with pytest.raises(Refused, match="not in the group"):
        await club.says("x")
    told = await heard(ruling)
    gone = [one.message.left_chat_member for one in told if one.message]
    assert [one.id for one in gone if one] == [club.id]
    await club.joins()
    assert (await club.chat())["status"] == "creator"
