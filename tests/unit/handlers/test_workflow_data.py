import inspect
import typing
from collections.abc import Iterator

from aiogram import Router
from aiogram.dispatcher.middlewares.data import MiddlewareData

from bot.workflow_data import (
    InsightData,
    ModerationData,
    QuizData,
    SourcesData,
    UpdateData,
    WorkflowData,
)
from handlers import build_router

_BY_FILTERS = {"callback_data", "command", "facts", "plain_command"}


def _handlers(router: Router) -> Iterator[tuple[str, inspect.FullArgSpec]]:
    for event, observer in router.observers.items():
        for handler in observer.handlers:
            yield f"{event}:{handler.callback.__name__}", inspect.getfullargspec(handler.callback)
    for sub in router.sub_routers:
        yield from _handlers(sub)


def test_handlers_ask_only_for_what_is_given() -> None:
    given = {
        *typing.get_type_hints(WorkflowData),
        *typing.get_type_hints(SourcesData),
        *typing.get_type_hints(InsightData),
        *typing.get_type_hints(QuizData),
        *typing.get_type_hints(ModerationData),
        *typing.get_type_hints(UpdateData),
        *MiddlewareData.__annotations__,
        "bot", "event_update", "event_from_user",
        *_BY_FILTERS,
    }  # fmt: skip
    asked = {
        (name, parameter)
        for name, spec in _handlers(build_router())
        for parameter in (*spec.args[1:], *spec.kwonlyargs)
    }
    assert asked, "the walk finds no handler"
    assert {(name, parameter) for name, parameter in asked if parameter not in given} == set()


def test_two_dispatchers_can_have_a_router_each() -> None:
    assert build_router() is not build_router()
