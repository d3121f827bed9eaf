from dataclasses import dataclass, field

from aiogram.types import PhotoSize

from playground.state.places import Place


@dataclass(slots=True)
class GameFacts:
    """What BotFather knows of a bot's game."""

    short_name: str
    title: str
    description: str
    photo: list[PhotoSize] = field(default_factory=list)


@dataclass(slots=True)
class Games:
    """The games of bots, which of them a message carries, and who scored how much there.

    Scores belong to a game in a chat: all messages with the game there show the same table.
    """

    by_bot: dict[int, dict[str, GameFacts]] = field(default_factory=dict)
    scores: dict[tuple[Place, int, str], dict[int, int]] = field(default_factory=dict)
    sent: dict[tuple[Place, int], str] = field(default_factory=dict)

    def of(self, bot: int, short_name: str) -> GameFacts | None:
        """Find a game of a bot."""
        return self.by_bot.get(bot, {}).get(short_name)
