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


class AccessTap(CallbackData, prefix="x"):
    """A button of ``/access``: what to do, and to whom or what."""

    owner: int
    action: str
    value: str = ""
