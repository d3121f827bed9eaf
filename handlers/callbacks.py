"""What buttons carry back: a few short words, at most 64 bytes.

Who may press is never read from a button alone: answers belong to whom their request names in
SQL, panels to the ``owner`` in the button and to the rights that the services check.
"""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData


class AnswerAction(StrEnum):
    """Buttons under an answer or a placeholder."""

    GOOD = "good"
    BAD = "bad"
    AGAIN = "again"
    SHORTER = "shorter"
    WEB = "web"
    PLAIN = "plain"
    """Once more, without what is remembered of the person."""
    STOP = "stop"
    WAIT = "wait"
    LEAVE = "leave"


class AnswerTap(CallbackData, prefix="a"):
    """A button of a request."""

    action: AnswerAction
    request_id: str


class StartTap(CallbackData, prefix="go"):
    """A button of the greeting: ``1`` to ``3`` ask an example, the others are named."""

    what: str


class SettingsTap(CallbackData, prefix="s"):
    """A button of the settings; an empty value opens the page, another one is chosen."""

    owner: int
    page: str
    value: str = ""


class ForgetTap(CallbackData, prefix="f"):
    """The confirmation of ``/forget``."""

    owner: int
    sure: bool


class MemoryAction(StrEnum):
    """Buttons about what is remembered."""

    PAGE = "page"
    ONE = "one"
    DELETE = "del"
    UNDO = "undo"
    EDIT = "edit"
    ALL = "all"
    ALL_SURE = "sure"
    ON = "on"
    OFF = "off"
    GROUP_ON = "gon"
    GROUP_OFF = "goff"
    YES = "yes"
    NO = "no"
    CLOSE = "close"


class MemoryTap(CallbackData, prefix="m"):
    """A button about what is remembered of ``owner``; the value is a memory or a page."""

    owner: int
    action: MemoryAction
    value: int = 0


class AccessTap(CallbackData, prefix="x"):
    """A button of ``/access``: what to do, and to whom or what."""

    owner: int
    action: str
    value: str = ""


class RetrainTap(CallbackData, prefix="rt"):
    """The button that has the ranking fitted anew; who may press is looked up."""


class SourceTap(CallbackData, prefix="src"):
    """A button of the sources: what to do, with which file or document, from which page on."""

    owner: int
    action: str
    key: str = ""
    page: int = 0


class ConversationAction(StrEnum):
    """Buttons of ``/chats``."""

    RESUME = "go"
    REMOVE = "del"


class ConversationTap(CallbackData, prefix="cv"):
    """A conversation that was set aside, and what to do with it."""

    owner: int
    action: ConversationAction
    conversation_id: str


class LiveTap(CallbackData, prefix="lv"):
    """A button of a live source: what to do, in which chat, with which number of days."""

    owner: int
    action: str
    chat_id: int
    days: int = 0


class QuizTap(CallbackData, prefix="q"):
    """The Stop of a quiz; who may stop it is looked up."""

    quiz_id: str


class CaseAction(StrEnum):
    """Buttons about a case of moderation."""

    POLITE = "polite"
    SEND = "send"
    APPEAL = "appeal"
    UNDO = "undo"
    UPHOLD = "uphold"
    REMOVE = "remove"
    """The moderator was not sure, and people are: the message goes."""
    KEEP = "keep"
    """Likewise: nothing is wrong with it."""


class CaseTap(CallbackData, prefix="mc"):
    """A button of a case; who may press it is read from the case."""

    action: CaseAction
    case_id: str


class ModerationTap(CallbackData, prefix="mo"):
    """A button of a chat's moderation panel; an empty value opens the page."""

    page: str
    value: str = ""
