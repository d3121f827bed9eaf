"""What scripted people do, and what they then wait for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from playground.encoding import Json

MARK: Final = "{mark}"


class Answer(StrEnum):
    """What a bot does in return; the values are kinds of events.

    ``MESSAGE``: a new message of a bot in the same chat. ``EDITED``: the message that was tapped
    or reacted to changes. ``ANSWER``: the tap itself is answered, with or without a toast.
    """

    MESSAGE = "message"
    EDITED = "edited"
    ANSWER = "answer"


@dataclass(slots=True)
class View:
    """What somebody has before their eyes in one chat.

    Attributes:
        newest: The bot's newest message; 0 before the first.
        tappable: The newest message with inline buttons; 0 before the first.
        labels: The buttons of that one, with their row and column.
        poll: The newest poll that is open; 0 before the first.
        options: How many options it has.
    """

    newest: int = 0
    tappable: int = 0
    labels: tuple[tuple[str, int, int], ...] = ()
    poll: int = 0
    options: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the users' side, under the person's chat; ``about`` is a message's id."""

    method: str
    path: str
    body: Json
    about: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that people do again and again.

    Attributes:
        name: Under which it is counted; acts of one name are counted together.
        weight: How often, relative to the other acts.
        chat: A group's id; None is the private chat with the bot.
        expects: What must come in return; each is measured on its own.
    """

    name: str = ""
    weight: float = 1.0
    chat: int | None = None
    expects: tuple[Answer, ...] = ()

    @property
    def title(self) -> str:
        """Under which it is counted."""
        return self.name or type(self).__name__.lower()

    def request(self, view: View, mark: str) -> Request | None:
        """Give what to send; None when there is nothing yet to do it with."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Act):
    """Open the bot by Start or a deep link."""

    payload: str = ""
    expects: tuple[Answer, ...] = (Answer.MESSAGE,)

    def request(self, view: View, mark: str) -> Request | None:  # noqa: ARG002 - the same for all
        """Always possible."""
        return Request("POST", "/start", {"payload": self.payload})


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Act):
    """Write a text.

    With ``{mark}`` in it each text is unlike all others, and only a message that contains the same
    mark counts as its answer; without, answers are taken in the order of the questions.
    """

    text: str = "hello {mark}"
    expects: tuple[Answer, ...] = (Answer.MESSAGE,)

    def request(self, view: View, mark: str) -> Request | None:  # noqa: ARG002 - the same for all
        """Always possible."""
        return Request("POST", "/messages", {"text": self.text.replace(MARK, mark)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap(Act):
    """Tap the first inline button whose label contains ``label``, on the newest message."""

    label: str = ""
    expects: tuple[Answer, ...] = (Answer.ANSWER, Answer.EDITED)

    def request(self, view: View, mark: str) -> Request | None:  # noqa: ARG002 - the same for all
        """Possible once such a button is shown."""
        for label, row, column in view.labels:
            if self.label in label:
                path, body = f"/messages/{view.tappable}/tap", {"row": row, "column": column}
                return Request("POST", path, body, view.tappable)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Act):
    """Come into the group."""

    def request(self, view: View, mark: str) -> Request | None:  # noqa: ARG002 - the same for all
        """Always possible."""
        return Request("POST", "/join", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Act):
    """Go out of the group."""

    def request(self, view: View, mark: str) -> Request | None:  # noqa: ARG002 - the same for all
        """Always possible."""
        return Request("POST", "/leave", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class React(Act):
    """React to the bot's newest message."""

    emoji: str = "👍"

    def request(self, view: View, mark: str) -> Request | None:  # noqa: ARG002 - the same for all
        """Possible once the bot has said something."""
        if not view.newest:
            return None
        path = f"/messages/{view.newest}/reaction"
        return Request("PUT", path, {"emoji": self.emoji}, view.newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote(Act):
    """Choose an option of the newest open poll; ``option`` counts from 0 and wraps around."""

    option: int = 0

    def request(self, view: View, mark: str) -> Request | None:  # noqa: ARG002 - the same for all
        """Possible once there is a poll."""
        if not view.poll:
            return None
        body = {"options": [self.option % max(1, view.options)]}
        return Request("PUT", f"/messages/{view.poll}/vote", body, view.poll)
