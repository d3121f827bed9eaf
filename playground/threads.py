"""Which topic a message is in."""

from typing import Any

from playground.state.places import Place
from playground.town import Town


def thread_fields(_town: Town, _place: Place, thread_id: int | None) -> dict[str, Any]:
    """Give the fields of ``Message`` for a topic, for a person and a bot alike."""
    return {"message_thread_id": thread_id} if thread_id else {}
