"""The first people of a playground."""

from dataclasses import dataclass

from playground.encoding import Json
from playground.life.post import unpost
from playground.sim.gathering import add_group, add_person
from playground.state.places import Place
from playground.state.users import Abilities
from playground.town import Town


@dataclass(frozen=True, slots=True)
class Seed:
    """Who is there at the start."""

    token: str
    bot_id: int
    bot_username: str
    users: dict[str, int]
    groups: dict[str, int]

    def as_json(self, base: str) -> Json:
        """Give the first line that ``samovar playground --json`` prints."""
        return {
            "base": base, "token": self.token, "users": self.users, "groups": self.groups,
            "bot": {"id": self.bot_id, "username": self.bot_username},
        }  # fmt: skip


def seed_of(town: Town) -> Seed:
    """Tell who is there: the first bot, people and groups by name."""
    bot = next(iter(town.users.bots.values()))
    users = {person.first_name.lower(): person.id for person in town.users.people.values()}
    groups = {group.title.lower(): group.id for group in town.chats.groups.values()}
    return Seed(bot.token, bot.id, bot.username, users, groups)


def seed_town(town: Town, *, bot_name: str = "Helper", bot_username: str = "helper_bot") -> Seed:
    """Make a bot, three people who have met it, and a group where it is an administrator."""
    bot = town.add_bot(bot_name, bot_username, Abilities(inline_placeholder="Search..."))
    people = {
        "alice": add_person(town, "Alice", username="alice", language_code="en"),
        "bob": add_person(town, "Bob", username="bob_the_cook", language_code="ru"),
        "carol": add_person(town, "Carol", username="carol", language_code="en"),
    }
    for person in people.values():
        town.chats.private(Place(person.id, bot.id)).started = True
    users = {name: person.id for name, person in people.items()}
    club = add_group(
        town, "Club", users["alice"], members=[users["bob"], users["carol"]], admins=[bot.id]
    )
    unpost(town, club.place, [message.message_id for message in town.messages.at(club.place)])
    town.queues[bot.id].clear()
    town.deliveries.clear()
    town.events.forget()
    return Seed(bot.token, bot.id, bot_username, users, {"club": club.id})
