"""One person in one chat: what they do and what they see.

A new subject gets a module of its own in ``playground/client/``.
"""

from playground.client.answering import Answering
from playground.client.inline import Asking
from playground.client.someone import Pattern
from playground.client.tapping import Tapping
from playground.client.topics import Topics
from playground.client.watching import Watching
from playground.client.writing import Writing

__all__ = ["Pattern", "Talk"]


class Talk(Writing, Tapping, Answering, Watching, Topics, Asking):
    """One person in one chat."""

    __slots__ = ()
