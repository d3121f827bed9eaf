"""What of a quiz is told to whom."""

from aiogram.types import Message

from playground.state.places import Place

ANSWERS = ("correct_option_ids", "correct_option_id", "explanation", "explanation_entities",
           "explanation_media")  # fmt: skip


def for_other_bots(place: Place, message: Message) -> Message:
    """Give a message as a bot gets it that did not send it: an open quiz keeps its secret.

    In a private chat with the bot the right answers are told, as in Telegram.
    """
    poll = message.poll
    if poll is None or poll.type != "quiz" or poll.is_closed or place.is_private:
        return message
    hidden = poll.model_copy(update=dict.fromkeys(ANSWERS))
    return message.model_copy(update={"poll": hidden})
