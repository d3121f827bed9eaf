"""A group or a channel as one person sees it."""

from typing import Final

from playground.encoding import Json, encode
from playground.life.rights import may_do, may_send, slow_until
from playground.state.chats import Group
from playground.state.invites import Invite, JoinRequest
from playground.state.members import PERMISSIONS, Member, rights_of
from playground.state.places import Place
from playground.town import Town

NO_GROUP: Final[Json] = {
    "type": "private", "photo": None, "rights": [], "permissions": None, "slow_mode_s": 0,
    "slow_until": None, "protected": False, "linked": None, "join_by_request": False,
    "invite_links": [], "join_requests": [], "banned": [],
    "requested": False,
}  # fmt: skip
"""What a ``Chat`` says in these keys where there is no group."""


def group_head(town: Town, place: Place, person: int) -> Json:
    """Give what a ``Chat`` of the users' side says about a group."""
    group, now = town.group_at(place), town.now()
    mine = group.members.get(person)
    sees_members = mine is not None and (mine.is_admin or not group.is_channel)
    members = list(group.present(now)) if sees_members else [mine] if mine else []
    return {
        "kind": "channel" if group.is_channel else "group",
        "type": group.type,
        "title": group.title,
        "username": group.username,
        "peer": None,
        "members": [encode(group.as_member(member, viewer=person)) for member in members],
        "member_count": len(list(group.present(now))),
        "status": _status(mine) if mine else None,
        "started": True,
        "blocked": False,
        "can_send": may_send(town, group, person),
        "about": group.description,
        "photo": group.photo,
        "migrated_to": group.migrated_to,
        **_settings(town, group, person),
        **_of_member(group, mine),
        "banned": _banned(group, mine),
        "requested": person in group.join_requests,
    }


def _banned(group: Group, mine: Member | None) -> list[Json]:
    """Who may not come back, for those who may let them."""
    if mine is None or not mine.has_right("can_restrict_members"):
        return []
    return [encode(one.as_type()) for one in group.members.values() if one.status == "kicked"]


def _status(mine: Member) -> str:
    """An owner who left is not there, though they would own the group again."""
    is_away = mine.status == "creator" and not mine.is_present
    return "left" if is_away else mine.status


def _settings(town: Town, group: Group, person: int) -> Json:
    return {
        "permissions": {name: name in group.permissions for name in PERMISSIONS},
        "slow_mode_s": group.slow_mode_s,
        "slow_until": slow_until(town, group, person),
        "protected": group.protected,
        "linked": group.linked,
        "signs_posts": group.signs_posts,
        "is_forum": group.is_forum,
        "join_by_request": group.join_by_request,
    }


def _of_member(group: Group, mine: Member | None) -> Json:
    """What depends on who looks."""
    invites = mine is not None and mine.is_admin and may_do(group, mine, "can_invite_users")
    return {
        "rights": held(group, mine) if mine else [],
        "is_anonymous": mine is not None and mine.is_anonymous,
        "tag": mine.tag if mine else None,
        "send_as": mine.sends_as if mine else None,
        "invite_links": [link_json(group, one) for one in group.invite_links.values()]
        if invites
        else [],
        "join_requests": [request_json(one) for one in group.join_requests.values()]
        if invites
        else [],
    }


def held(group: Group, member: Member) -> list[str]:
    """Name the rights that an administrator has; the owner has all."""
    return [right for right in rights_of(group.type) if member.has_right(right)]


def link_json(group: Group, invite: Invite) -> Json:
    """Give an ``InviteLink`` of the users' side."""
    link: Json = encode(invite.as_type(pending=pending(group, invite)))
    return link | {"joined": invite.joined}


def pending(group: Group, invite: Invite) -> int:
    """Count who waits to be let in by a link."""
    return sum(one.invite_link == invite.address for one in group.join_requests.values())


def request_json(request: JoinRequest) -> Json:
    """Give a ``JoinRequest`` of the users' side."""
    return {
        "user": encode(request.user), "bio": request.bio, "at": request.at,
        "invite_link": request.invite_link,
    }  # fmt: skip
