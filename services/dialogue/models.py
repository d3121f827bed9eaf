from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueKey:
    """Whose conversation it is: a person in a chat, in a topic of it.

    Attributes:
        thread_id: Forum topic or private-chat topic; 0 outside topics.
    """

    bot_id: int
    chat_id: int
    thread_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One exchange of a dialogue.

    Attributes:
        question: As the person typed it.
        query: The standalone search query it was rewritten to.
        answer: The text that was shown, without markers.
        passage_ids: The evidence; stays candidate for the next question.
        decision: ``sources``, ``small_talk`` or ``memory``.
        abstained: Nothing supported an answer.
    """

    question: str
    query: str
    answer: str
    passage_ids: tuple[int, ...]
    decision: str
    abstained: bool
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    """The turns that still count, oldest first."""

    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A dialogue that was set aside to go on with later.

    Attributes:
        title: Its first question that is still remembered.
        questions: How many turns are remembered.
    """

    conversation_id: str
    title: str
    questions: int
    last_at: datetime
