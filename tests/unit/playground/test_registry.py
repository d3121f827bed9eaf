import inspect
from collections import Counter

import aiogram.methods
import pytest
from aiogram import methods
from aiogram.methods import TelegramMethod

from playground.encoding import decode, encode
from playground.methods import all_answers, all_areas
from playground.refusals import Refusal
from playground.registry import known_methods, untouched


def test_every_method_of_aiogram_is_known() -> None:
    models = {
        model
        for model in vars(aiogram.methods).values()
        if inspect.isclass(model) and issubclass(model, TelegramMethod) and model != TelegramMethod
    }
    assert set(known_methods().values()) == models
    assert len(models) >= 185
    assert set(all_answers()) <= models


def test_a_method_without_state_says_true_or_refuses_loudly() -> None:
    for model in set(known_methods().values()) - set(all_answers()):
        if model.__returning__ is bool:
            assert untouched(model) is True
        else:
            with pytest.raises(Refusal, match=f"{model.__api_method__} is not emulated") as caught:
                untouched(model)
            assert caught.value.code == 404


def test_a_form_is_read_by_the_types_of_the_method() -> None:
    call = decode(
        methods.SendMessage,
        {
            "chat_id": "5", "text": "[1, 2]", "disable_notification": "true",
            "reply_markup": '{"inline_keyboard": [[{"text": "a", "callback_data": "1"}]]}',
            "unknown": "ignored",
        },
    )  # fmt: skip
    assert isinstance(call, methods.SendMessage)
    assert call.text == "[1, 2]"
    assert call.disable_notification is True
    assert call.parse_mode is None
    assert encode(call)["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "1"


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": "1"}, "message text is empty"),
        ({"chat_id": "1", "text": "x", "entities": "[{"}, "can't parse entities JSON object"),
        ({"chat_id": "1", "text": "x", "entities": "[{}]"}, "can't parse parameter \"entities.0"),
    ],
)
def test_wrong_parameters_are_a_bad_request(params: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refusal) as caught:
        decode(methods.SendMessage, params)
    assert caught.value.code == 400
    assert sentence in caught.value.description


def test_no_method_is_answered_twice() -> None:
    names = Counter(model.__api_method__ for area in all_areas().values() for model in area.answers)
    assert [name for name, count in names.items() if count > 1] == []
