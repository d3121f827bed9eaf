"""Groups and channels: members, links, requests, settings, pins."""

from aiogram import methods
from aiogram.types import BufferedInputFile, ChatPermissions

from tests.integration.playground.probe.frame import Probe
from tests.integration.playground.refusals.case import PIXEL


async def probe(p: Probe) -> None:
    await _settings(p)
    await _members(p)
    await _links(p)
    await _requests(p)
    await _channel(p)


async def _settings(p: Probe) -> None:
    group = p.club.chat_id
    for call in (
        methods.SetChatPhoto(chat_id=group, photo=BufferedInputFile(PIXEL, "a.png")),
        methods.GetChat(chat_id=group),
        methods.DeleteChatPhoto(chat_id=group),
        methods.SetChatStickerSet(chat_id=group, sticker_set_name="soups"),
        methods.DeleteChatStickerSet(chat_id=group),
        methods.SetChatTitle(chat_id=group, title="Kitchen"),
        methods.SetChatDescription(chat_id=group, description="About"),
        methods.SetChatPermissions(chat_id=group, permissions=ChatPermissions()),
        methods.GetUserChatBoosts(chat_id=group, user_id=p.alice.id),
        methods.GetChatAdministrators(chat_id=group, return_bots=True),
        methods.GetChatMember(chat_id=p.alice.id, user_id=p.alice.id),
        methods.GetChatMemberCount(chat_id=group),
    ):
        await p(call)
    said = await p.club.says("pin me")
    await p(methods.PinChatMessage(chat_id=group, message_id=said.id))
    await p(methods.UnpinChatMessage(chat_id=group, message_id=said.id))
    await p(methods.UnpinAllChatMessages(chat_id=group))


async def _members(p: Probe) -> None:
    group, bob = p.club.chat_id, p.bob.id
    paper = await p.town.new_channel("Paper", p.bob)
    for call in (
        methods.SetChatMemberTag(chat_id=group, user_id=bob, tag="tester"),
        methods.PromoteChatMember(chat_id=group, user_id=bob, can_pin_messages=True),
        methods.SetChatAdministratorCustomTitle(chat_id=group, user_id=bob, custom_title="cook"),
        methods.GetChatMember(chat_id=group, user_id=bob),
        methods.PromoteChatMember(chat_id=group, user_id=bob),
        methods.RestrictChatMember(chat_id=group, user_id=bob, permissions=ChatPermissions()),
        methods.BanChatMember(chat_id=group, user_id=bob),
        methods.UnbanChatMember(chat_id=group, user_id=bob, only_if_banned=True),
        methods.BanChatSenderChat(chat_id=group, sender_chat_id=paper),
        methods.UnbanChatSenderChat(chat_id=group, sender_chat_id=paper),
    ):
        await p(call)


async def _links(p: Probe) -> None:
    group = p.club.chat_id
    link = await p(methods.CreateChatInviteLink(chat_id=group, name="n", member_limit=2))
    address = link.invite_link
    await p.bob.in_group(group).joins(address)
    await p(methods.EditChatInviteLink(chat_id=group, invite_link=address, name="m"))
    await p(methods.RevokeChatInviteLink(chat_id=group, invite_link=address))
    await p(methods.ExportChatInviteLink(chat_id=group))


async def _requests(p: Probe) -> None:
    group, dave = p.club.chat_id, await p.town.new_person("Dave", bio="I cook")
    link = await p(methods.CreateChatInviteLink(chat_id=group, creates_join_request=True))
    await p.hears()
    await dave.in_group(group).asks_to_join(link.invite_link)
    await p(methods.DeclineChatJoinRequest(chat_id=group, user_id=dave.id))
    await dave.in_group(group).asks_to_join(link.invite_link)
    await p(methods.ApproveChatJoinRequest(chat_id=group, user_id=dave.id))
    await p.club.sets(guard_bot=p.bot.id, join_by_request=True)
    await p.hears()
    await (await p.town.new_person("Erin")).in_group(group).asks_to_join()
    [asked] = [one.chat_join_request for one in await p.hears() if one.chat_join_request]
    query = asked.query_id or ""
    await p(methods.SendChatJoinRequestWebApp(
        chat_join_request_query_id=query, web_app_url="https://door.example"))  # fmt: skip
    await p(methods.AnswerChatJoinRequestQuery(chat_join_request_query_id=query, result="queue"))
    await p.hears()


async def _channel(p: Probe) -> None:
    channel = await p.town.new_channel("News", p.alice, members=[p.bob], admins=[p.bot.id])
    link = await p(methods.CreateChatSubscriptionInviteLink(
        chat_id=channel, subscription_period=2_592_000, subscription_price=5))  # fmt: skip
    await p(methods.EditChatSubscriptionInviteLink(
        chat_id=channel, invite_link=link.invite_link, name="gold"))  # fmt: skip
    talk = await p.town.new_group("Talk", p.alice, [p.bot.id], linked=channel)
    post = await p.alice.in_group(channel).says("news")
    await p.alice.in_group(channel).edits(post, "olds")
    await p(methods.SendMessage(chat_id=channel, text="from the bot"))
    await p(methods.GetChat(chat_id=channel))
    await p(methods.GetChat(chat_id=talk))
    await p(methods.GetChatMember(chat_id=channel, user_id=p.bob.id))
    await p(methods.LeaveChat(chat_id=channel))
    await p.hears()
