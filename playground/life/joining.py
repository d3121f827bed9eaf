"""How people come in: by themselves, by links, by asking."""

from typing import Final

from aiogram.types import ChatJoinRequest, User

from playground.encoding import encode, moment
from playground.life import membership
from playground.life.group_view import pending, request_json
from playground.life.membership import NO_WAY, Way
from playground.life.rights import may_do
from playground.life.views import announce
from playground.state.chats import Group
from playground.state.invites import Invite, JoinRequest
from playground.state.places import Place
from playground.state.users import public
from playground.town import Town

OPEN_S: Final = 300.0
"""How long a bot may write to somebody who asks to come in."""
QUERY_S: Final = 10.0
"""How long a guarding bot has to decide."""
INVITES: Final = "can_invite_users"


def is_usable(town: Town, group: Group, invite: Invite) -> bool:
    """Whether a link still lets somebody in."""
    now = town.now()
    if invite.is_revoked or (invite.expires_at is not None and invite.expires_at <= now):
        return False
    came = sum(one.invite_link == invite.address for one in group.present(now))
    return not invite.member_limit or came < invite.member_limit


def come(town: Town, group: Group, user: User, invite: Invite | None = None) -> bool:
    """Let somebody in, or ask for them where that is needed.

    Returns:
        Whether they are in now.
    """
    asks = invite.creates_join_request if invite is not None else group.join_by_request
    if asks:
        ask(town, group, user, invite)
        return False
    _enter(town, group, user, user, invite, via_request=False)
    return True


def _enter(
    town: Town, group: Group, actor: User, user: User, invite: Invite | None, *, via_request: bool
) -> None:
    way = Way(invite, via_request) if invite is not None or via_request else NO_WAY
    change = membership.by_link(invite) if invite is not None else membership.join
    if invite is not None:
        invite.joined += 1
    membership.change_member(town, group, actor, user, change, way=way)


def ask(town: Town, group: Group, user: User, invite: Invite | None) -> None:
    """Somebody asks to come in; who asks twice, asks once."""
    if user.id in group.join_requests:
        return
    request = JoinRequest(
        public(user), town.now(), town.users.bios.get(user.id, ""),
        invite.address if invite is not None else None,
    )  # fmt: skip
    group.join_requests[user.id] = request
    announce(town, group.place, [user.id])
    guard = group.members.get(group.guard_bot or 0)
    if guard is not None and guard.has_right(INVITES):
        request.guard = guard.user.id
        request.query_id = str(town.messages.next_id(Place(0, guard.user.id)))
        _tell_bot(town, group, request, guard.user.id)
        return
    queue(town, group, request)


def queue(town: Town, group: Group, request: JoinRequest) -> None:
    """Leave a request to the administrators."""
    asked, request.query_id = request.guard, None
    for bot in town.bots_at(group.place):
        if group.members[bot.id].has_right(INVITES) and bot.id != asked:
            _tell_bot(town, group, request, bot.id)
    people = admitters(town, group)
    town.events.add("join_request", to=people, chat=group.id, request=request_json(request))
    announce(town, group.place, people)


def admitters(town: Town, group: Group) -> list[int]:
    """Name the people who may let others in."""
    now = town.now()
    return [
        one.user.id
        for one in group.present(now)
        if not one.user.is_bot and one.is_admin and may_do(group, one, INVITES)
    ]


def _tell_bot(town: Town, group: Group, request: JoinRequest, bot: int) -> None:
    invite = group.invite_links.get(request.invite_link or "")
    link = invite.as_type(viewer=bot, pending=pending(group, invite)) if invite else None
    told = ChatJoinRequest(
        chat=group.as_chat(), from_user=request.user, user_chat_id=request.user.id,
        date=moment(request.at), bio=request.bio or None, invite_link=link,
        query_id=request.query_id,
    )  # fmt: skip
    town.chats.private(Place(request.user.id, bot)).open_until = town.now() + OPEN_S
    town.queues[bot].put("chat_join_request", encode(told))


def admit(town: Town, group: Group, actor: User, request: JoinRequest) -> None:
    """Let somebody in who asked."""
    invite = group.invite_links.get(request.invite_link or "")
    _close(town, group, request)
    _enter(town, group, actor, request.user, invite, via_request=True)
    announce(town, group.place, admitters(town, group))


def turn_away(town: Town, group: Group, request: JoinRequest) -> None:
    """Do not let somebody in who asked."""
    _close(town, group, request)
    announce(town, group.place, [*admitters(town, group), request.user.id])


def _close(town: Town, group: Group, request: JoinRequest) -> None:
    """The request is answered: bots that were asked may not write to the person any more."""
    del group.join_requests[request.user.id]
    for bot in town.users.bots:
        town.chats.private(Place(request.user.id, bot)).open_until = None


def queue_unanswered(town: Town) -> None:
    """Leave requests to the administrators about which a guarding bot said nothing in time."""
    for group in town.chats.groups.values():
        for request in list(group.join_requests.values()):
            is_late = request.at + QUERY_S <= town.now() and request.web_app_url is None
            if request.query_id is not None and is_late:
                queue(town, group, request)
