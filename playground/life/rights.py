"""Who may do what in a group."""

from typing import Final

from aiogram.types import Message

from playground.life.authors import author_of
from playground.state.chats import Group
from playground.state.members import Member
from playground.state.places import Place
from playground.town import Town

KINDS: Final = {
    "can_send_messages": "texts", "can_send_audios": "music", "can_send_documents": "files",
    "can_send_photos": "photos", "can_send_videos": "videos",
    "can_send_video_notes": "video notes", "can_send_voice_notes": "voice notes",
    "can_send_polls": "polls", "can_send_other_messages": "stickers and animations",
    "can_add_web_page_previews": "links with previews", "can_react_to_messages": "reactions",
}  # fmt: skip


def may_send(town: Town, group: Group, user_id: int, permission: str = "can_send_messages") -> bool:
    """Whether somebody may write in a group: there, not muted, or an administrator."""
    return refused(town, group, user_id, permission) is None


def refused(town: Town, group: Group, user_id: int, permission: str) -> str | None:
    """Tell a person why they may not write something in a group; None when they may."""
    member = group.members.get(user_id)
    if member is not None:
        member.settle(town.now())
    if member is None or not member.is_present or group.migrated_to is not None:
        return "this person is not in the group"
    if group.is_channel:
        may_post = member.has_right("can_post_messages")
        return None if may_post else "only administrators with can_post_messages may post here"
    return None if member.is_admin else _unallowed(town, group, member, permission)


def _unallowed(town: Town, group: Group, member: Member, permission: str) -> str | None:
    if permission not in allowed(group, member):
        whose = "this person" if permission in group.permissions else "a member of this group"
        return f"{whose} may not send {KINDS.get(permission, 'that')} here"
    if member.sends_as is not None and group.banned_senders & owned(town, member.user.id):
        return "the channel in whose name this person writes is banned here"
    return None


def owned(town: Town, person: int) -> set[int]:
    """Name the channels of a person; where one is banned, none of them may write."""
    channels = (group for group in town.chats.groups.values() if group.is_channel)
    theirs = ((group.id, group.members.get(person)) for group in channels)
    return {chat for chat, member in theirs if member is not None and member.status == "creator"}


def allowed(group: Group, member: Member) -> frozenset[str]:
    """Name what a member may do who is no administrator."""
    own = member.permissions if member.status == "restricted" else group.permissions
    return group.permissions & own


def may_do(group: Group, member: Member, right: str) -> bool:
    """Whether somebody has a right as an administrator, or as every member has it here."""
    if member.has_right(right):
        return True
    return not group.is_channel and member.is_present and right in allowed(group, member)


def slow_until(town: Town, group: Group, user_id: int) -> float | None:
    """Tell when somebody may write again, if they must wait."""
    member = group.members.get(user_id)
    if not group.slow_mode_s or member is None or member.is_admin:
        return None
    until = group.spoke_at.get(user_id, 0.0) + group.slow_mode_s
    return until if until > town.now() else None


def may_change(town: Town, place: Place, user_id: int, message: Message) -> bool:
    """Whether somebody may edit a message: its author, or an editor of the channel."""
    if author_of(town, place, message) == user_id:
        return True
    if place.is_private or message.chat.type != "channel":
        return False
    member = town.group_at(place).members.get(user_id)
    return member is not None and member.has_right("can_edit_messages")


def may_delete(town: Town, place: Place, user_id: int, message: Message) -> bool:
    """Whether somebody may delete a message: its author, or who may delete others' messages."""
    if author_of(town, place, message) == user_id:
        return True
    member = None if place.is_private else town.group_at(place).members.get(user_id)
    return place.is_private or (member is not None and member.has_right("can_delete_messages"))
