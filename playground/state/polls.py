from dataclasses import dataclass, field

from aiogram.types import MessageEntity, PollMedia

from playground.state.places import Place


@dataclass(slots=True)
class Option:
    """One answer that may be chosen."""

    text: str
    entities: list[MessageEntity] = field(default_factory=list)
    media: PollMedia | None = None


@dataclass(slots=True)
class Survey:
    """A poll or a quiz with its votes, shared by all messages that show it.

    Attributes:
        author: The person or bot that made it.
        home: The chat where it was sent first.
        correct: Numbers of the right options of a quiz.
        votes: Chosen options by voter; who took the vote back is not in it.
        shown: Messages that carry it, oldest first.
        closes_at: When it closes by itself.
    """

    id: str
    author: int
    home: Place
    question: str
    options: list[Option]
    question_entities: list[MessageEntity] = field(default_factory=list)
    is_anonymous: bool = True
    is_quiz: bool = False
    allows_multiple_answers: bool = False
    allows_revoting: bool = True
    members_only: bool = False
    country_codes: list[str] = field(default_factory=list)
    hides_results: bool = False
    correct: list[int] = field(default_factory=list)
    explanation: str = ""
    explanation_entities: list[MessageEntity] = field(default_factory=list)
    explanation_media: PollMedia | None = None
    description: str = ""
    description_entities: list[MessageEntity] = field(default_factory=list)
    media: PollMedia | None = None
    open_period: int | None = None
    closes_at: float | None = None
    is_closed: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)
    shown: list[tuple[Place, int]] = field(default_factory=list)


@dataclass(slots=True)
class Surveys:
    """All polls by their ids."""

    by_id: dict[str, Survey] = field(default_factory=dict)
    count: int = 0

    def next_id(self) -> str:
        """Take an id: a large number as text, as Telegram's are."""
        self.count += 1
        return str(5_400_000_000_000_000_000 + self.count)

    def find(self, poll_id: str) -> Survey | None:
        """Give a poll that somebody has sent."""
        return self.by_id.get(poll_id)

    def due(self, now: float) -> list[Survey]:
        """Give the open polls whose time has come."""
        return [
            survey
            for survey in self.by_id.values()
            if not survey.is_closed and survey.closes_at is not None and survey.closes_at <= now
        ]

    def votes_at(self, place: Place, voter: int) -> dict[int, list[int]]:
        """Give what somebody has chosen in the polls of a chat, by message."""
        return {
            message_id: survey.votes[voter]
            for survey in self.by_id.values()
            if voter in survey.votes
            for where, message_id in survey.shown
            if where == place
        }
