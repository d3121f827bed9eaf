"""A question back to the person: what did you mean?"""

from handlers.i18n import Texts
from handlers.rendering.direction import directed
from handlers.rendering.rich import RichText
from services.answering.models import Answer


def clarification(answer: Answer, texts: Texts) -> RichText:
    """Ask what is meant; the questions themselves stand on buttons."""
    key = "answer-unclear" if answer.abstained else "answer-ambiguous"
    lines = [texts.plain(key), *(f"• {directed(choice)}" for choice in answer.choices)]
    return RichText("\n".join(lines))
