"""In whose name a message appears."""

from typing import Any

from aiogram.types import User

from playground.state.places import Place
from playground.state.users import public
from playground.town import Town


def author_fields(_town: Town, _place: Place, user: User) -> dict[str, Any]:
    """Give the fields of ``Message`` that tell who sent it, for a person and a bot alike."""
    return {"from_user": public(user)}
