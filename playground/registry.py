"""Every method of the Bot API that aiogram knows, and who answers it."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar, cast

from aiogram import methods
from aiogram.methods import TelegramMethod

from playground.refusals import Refusal
from playground.state.files import Upload
from playground.state.users import BotAccount
from playground.town import Town


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what came with the call."""

    town: Town
    bot: BotAccount
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    base: str = ""


Method = TelegramMethod[Any]
Answer = Callable[[Caller, Method], object | Awaitable[object]]
M = TypeVar("M", bound=Method)
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., object])


@cache
def known_methods() -> Mapping[str, type[Method]]:
    """Give the model of each method by its lower-case name."""
    return {
        model.__api_method__.lower(): model
        for model in vars(methods).values()
        if inspect.isclass(model)
        and issubclass(model, TelegramMethod)
        and not inspect.isabstract(model)
    }


class Area:
    """The methods that one area of the state answers."""

    def __init__(self) -> None:
        self.answers: dict[type[Method], Answer] = {}

    def answers_to(
        self, model: type[M]
    ) -> Callable[[Callable[[Caller, M], R]], Callable[[Caller, M], R]]:
        """Let a function answer a method."""

        def register(function: Callable[[Caller, M], R]) -> Callable[[Caller, M], R]:
            self.answers[model] = cast("Answer", function)
            return function

        return register

    def answers_to_each(self, *models: type[Method]) -> Callable[[F], F]:
        """Let one function answer several methods that differ little."""

        def register(function: F) -> F:
            self.answers.update(dict.fromkeys(models, cast("Answer", function)))
            return function

        return register


def merged(areas: list[Area]) -> dict[type[Method], Answer]:
    """Put the areas together."""
    return {model: answer for area in areas for model, answer in area.answers.items()}


def untouched(model: type[Method]) -> object:
    """Answer for a method without state here.

    Returns:
        True, where the method just says that it worked.

    Raises:
        Refusal: It would have to give something.
    """
    if model.__returning__ is bool:
        return True
    raise Refusal.unworded(404, f"Not Found: method {model.__api_method__} is not emulated")
