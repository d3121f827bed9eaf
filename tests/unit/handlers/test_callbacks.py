from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import AnswerTap
from handlers.choosing import ChoiceTap


def test_no_two_kinds_of_buttons_answer_to_the_same_prefix() -> None:
    kinds = CallbackData.__subclasses__()
    assert {AnswerTap, ChoiceTap} < set(kinds)
    prefixes = [kind.__prefix__ for kind in kinds]
    assert len(prefixes) == len(set(prefixes)), sorted(prefixes)
