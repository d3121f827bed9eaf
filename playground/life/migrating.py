"""How a basic group becomes a supergroup."""

from aiogram.types import Message, User

from playground.encoding import moment
from playground.life.authors import ANONYMOUS
from playground.life.membership import service
from playground.life.post import post
from playground.life.views import announce
from playground.state.chats import Group
from playground.state.members import GROUP_RIGHTS, Member
from playground.town import Town


def migrate(town: Town, group: Group, actor: User) -> Group:
    """Make a supergroup with everybody in it; the old group is closed, its id refers to the new."""
    grown = town.chats.add_group(group.title)
    grown.description, grown.photo = group.description, group.photo
    grown.permissions = group.permissions
    grown.members = {one.user.id: _moved(one) for one in group.members.values() if one.is_present}
    service(town, group, actor, migrate_to_chat_id=grown.id)
    people = town.people_at(group.place)
    group.migrated_to = grown.id
    announce(town, group.place, people)
    announce(town, grown.place)
    told = Message(
        message_id=town.messages.next_id(grown.place), chat=grown.as_chat(),
        date=moment(town.now()), from_user=ANONYMOUS, sender_chat=grown.as_chat(),
        migrate_from_chat_id=group.id,
    )  # fmt: skip
    post(town, grown.place, told, author=actor.id)
    return grown


def _moved(member: Member) -> Member:
    extra = frozenset(GROUP_RIGHTS) if member.status == "creator" else frozenset()
    return Member(
        member.user, member.status, member.rights | extra, promoted_by=member.promoted_by,
        title=member.title, tag=member.tag,
    )  # fmt: skip
