"""Games are made for bots, as BotFather would."""

from pydantic import Field

from playground.refusals import SimError
from playground.sim.bodies import Body
from playground.state.games import GameFacts
from playground.town import Town


class GameBody(Body):
    """A new game."""

    short_name: str = Field(pattern=r"^\w{3,30}$")
    title: str = Field(min_length=1, max_length=64)
    description: str = ""


def make(town: Town, bot: int, body: GameBody) -> None:
    """Give a bot a game.

    Raises:
        SimError: There is no such bot.
    """
    if bot not in town.users.bots:
        raise SimError(404, f"there is no bot with the id {bot}")
    facts = GameFacts(body.short_name, body.title, body.description)
    town.games.by_bot.setdefault(bot, {})[body.short_name] = facts
