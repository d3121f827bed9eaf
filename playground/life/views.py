"""What a person sees, as JSON for the page and the tests."""

from collections.abc import Iterable

from playground.encoding import Json, encode
from playground.life.group_view import NO_GROUP, group_head
from playground.life.shown import shown
from playground.life.threads import topics_json
from playground.life.whispers import shown_json
from playground.state.chats import Group
from playground.state.places import Place
from playground.state.profiles import Scope
from playground.state.users import BotAccount, public
from playground.town import Town

SHOWN_MESSAGES = 200


def bot_json(town: Town, bot: BotAccount) -> Json:
    """Give a ``Bot`` of the users' side."""
    queue = town.queues[bot.id]
    return {
        "user": encode(bot.user), "token": bot.token, "pending": len(queue.pending),
        "polling": queue.polling > 0, "webhook": queue.webhook.url if queue.webhook else "",
        "inline_placeholder": bot.inline_placeholder,
    }  # fmt: skip


def town_json(town: Town) -> Json:
    """Give the answer of ``GET /sim/state``."""
    groups = [
        {"id": group.id, "title": group.title, "username": group.username}
        for group in town.chats.groups.values()
    ]
    return {
        "seq": town.events.seq,
        "users": encode(list(town.users.people.values())),
        "bots": [bot_json(town, bot) for bot in town.users.bots.values()],
        "groups": groups,
        "limits": town.limits.profile,
        "now": town.now(),
        "photos": {user: sizes[0][-1].file_id for user, sizes in town.photos.items() if sizes},
    }


def person_json(town: Town, person: int) -> Json:
    """Give everything that a person sees now."""
    places = [Place(person, bot) for bot in town.users.bots]
    places += [group.place for group in town.chats.groups.values() if _was_in(group, person)]
    return {
        "seq": town.events.seq,
        "me": encode(town.users.person(person)),
        "chats": [chat_json(town, place, person) for place in places],
    }


def _was_in(group: Group, person: int) -> bool:
    return person in group.members and group.migrated_to is None


def chat_json(town: Town, place: Place, person: int, limit: int = SHOWN_MESSAGES) -> Json:
    """Give a ``Chat`` as a person sees it; a group that they are not in keeps its messages."""
    is_in = person in town.people_at(place)
    content = {
        "messages": messages_json(town, place, person, limit) if is_in else [],
        "reactions": town.reactions.at(place) if is_in else {},
        "drafts": [draft.as_json() for draft in town.drafts.at(place)],
        **town.keyboards.at(place, person).as_json(),
        "votes": town.polls.votes_at(place, person) if is_in else {},
        "own": _nameless(town, place, person) if is_in else [],
    }
    return head_json(town, place, person) | content


def _nameless(town: Town, place: Place, person: int) -> list[int]:
    """Give what this person wrote under another name."""
    if place.is_private:
        return []
    authors = town.group_at(place).authors
    return sorted(message for message, author in authors.items() if author == person)


def messages_json(town: Town, place: Place, person: int, limit: int) -> list[Json]:
    """Give the last messages, with the ephemeral ones that this person sees among them."""
    kept = [shown(message) for message in town.messages.at(place)[-limit:]]
    whispers = [shown_json(one) for one in town.ephemerals.shown(place, person)]
    if not whispers:
        return kept
    return sorted([*kept, *whispers], key=lambda message: int(message["date"]))


def head_json(town: Town, place: Place, person: int) -> Json:
    """Give a ``Chat`` without its messages."""
    head = _private_head(town, place) if place.is_private else group_head(town, place, person)
    return head | {
        "id": place.peer_id,
        "commands": commands_json(town, place, person),
        "pinned": town.chats.pinned(place),
        "pins": sorted(town.chats.pins.get(place, ())),
        **topics_json(town, place),
    }


def _private_head(town: Town, place: Place) -> Json:
    bot = town.users.bots[place.peer_id]
    state = town.chats.private(place)
    language = (town.users.people[place.chat_id].language_code or "")[:2]
    profile, photos = town.profiles[bot.id], town.photos.get(bot.id)
    about = profile.short_descriptions.get(language) or profile.short_descriptions.get("", "")
    return NO_GROUP | {
        "kind": "private",
        "title": profile.names.get(language) or profile.names.get("") or bot.user.first_name,
        "username": bot.username,
        "peer": encode(public(bot.user)),
        "members": [],
        "status": None,
        "started": state.started,
        "blocked": state.blocked,
        "can_send": not state.blocked,
        "about": about,
        "menu_button": encode(profile.menu_button(place.chat_id)),
        "photo": photos[0][-1].file_id if photos else None,
    }


def commands_json(town: Town, place: Place, person: int) -> list[Json]:
    """Give the menu of a chat for a person."""
    language = town.users.people[person].language_code or ""
    return [
        {"bot": bot.id, "command": command.command, "description": command.description}
        for bot in town.bots_at(place)
        for command in town.profiles[bot.id].menu(scopes_of(town, place, person), language)
    ]


def scopes_of(town: Town, place: Place, person: int) -> list[Scope]:
    """Give where a menu for this person may be set, the nearest first."""
    if place.is_private:
        return [Scope("chat", place.chat_id), Scope("all_private_chats"), Scope()]
    member = town.group_at(place).members.get(person)
    scopes = [Scope("chat_member", place.chat_id, person)]
    if member is not None and member.is_admin:
        scopes.append(Scope("chat_administrators", place.chat_id))
    scopes.append(Scope("chat", place.chat_id))
    if member is not None and member.is_admin:
        scopes.append(Scope("all_chat_administrators"))
    return [*scopes, Scope("all_group_chats"), Scope()]


def announce(town: Town, place: Place, people: Iterable[int] | None = None) -> None:
    """Show people that something about a chat itself changed."""
    for person in people if people is not None else town.people_at(place):
        head = head_json(town, place, person)
        town.events.add("chat", to=[person], chat=place.peer_id, head=head)
