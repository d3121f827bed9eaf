"""Who is mentioned in a text."""

from collections.abc import Sequence

from aiogram.types import MessageEntity

from playground.state.users import public
from playground.town import Town


def with_people(town: Town, entities: Sequence[MessageEntity]) -> list[MessageEntity]:
    """Fill in who is mentioned by id; a mention of nobody known disappears, as in Telegram."""
    filled: list[MessageEntity] = []
    for entity in entities:
        if entity.type == "text_mention" and entity.user is not None:
            user = town.users.find(entity.user.id)
            if user is None:
                continue
            filled.append(entity.model_copy(update={"user": public(user)}))
        else:
            filled.append(entity)
    return filled
