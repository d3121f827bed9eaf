"""From type hints to plans."""

import types
import typing
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import Field, is_dataclass
from functools import cache
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel

from playground.saving.plans import (
    Bytes,
    Items,
    Make,
    Maybe,
    Model,
    OneOf,
    Pairs,
    Plain,
    Plan,
    Raw,
    Record,
    Row,
    Unsavable,
    scalar,
)

SIMPLE: Final[dict[object, Plan]] = {
    int: Plain(int),
    float: Plain(float, int),
    str: Plain(str),
    bool: Plain(bool),
    types.NoneType: Plain(types.NoneType),
    bytes: Bytes(),
    Any: Raw(),
}
MANY: Final[dict[object, Make]] = {list: list, deque: deque, set: set, frozenset: frozenset}
DICTS: Final[dict[object, Make]] = {dict: dict, OrderedDict: OrderedDict}
UNIONS: Final = (typing.Union, types.UnionType)


@cache
def plan_for(hint: Any) -> Plan:  # noqa: ANN401 - a type hint is an object of any kind
    """Give the plan of a type.

    Raises:
        Unsavable: There is none; the text says which type, and in which field.
    """
    if hint in SIMPLE:
        return SIMPLE[hint]
    origin = get_origin(hint)
    if origin is not None:
        return _generic(hint, origin)
    if isinstance(hint, type):
        return _class(hint)
    raise Unsavable(f"{hint} cannot be saved")


def _class(hint: type) -> Plan:
    if is_dataclass(hint):
        return Record(hint, _field_plan)
    if issubclass(hint, BaseModel):
        return Model(hint)
    plan = scalar(hint)
    if plan is None:
        raise Unsavable(f"{hint.__name__} cannot be saved")
    return plan


def _field_plan(cls: type, one: Field[Any]) -> Plan:
    try:
        return plan_for(typing.get_type_hints(cls, include_extras=False)[one.name])
    except Unsavable as error:
        raise Unsavable(f"{cls.__name__}.{one.name}: {error}") from error


def _generic(hint: Any, origin: Any) -> Plan:  # noqa: ANN401 - type hints
    arguments = get_args(hint)
    maker: Callable[..., Plan] | None = None
    if origin in MANY:
        maker = _items
    elif origin in DICTS:
        maker = _pairs
    elif origin is tuple:
        maker = _row
    elif origin in UNIONS:
        maker = _union
    elif origin is typing.Literal:
        maker = _literal
    if maker is None:
        raise Unsavable(f"{hint} cannot be saved")
    return maker(origin, *arguments)


def _items(origin: Any, item: Any) -> Plan:  # noqa: ANN401 - type hints
    return Items(MANY[origin], plan_for(item), is_set=origin in {set, frozenset})


def _pairs(origin: Any, key: Any, value: Any) -> Plan:  # noqa: ANN401 - type hints
    if (key, value) == (str, Any):
        return Raw()
    return Pairs(DICTS[origin], plan_for(key), plan_for(value))


def _row(_origin: Any, *items: Any) -> Plan:  # noqa: ANN401 - type hints
    if len(items) == 2 and items[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return Items(tuple, plan_for(items[0]), is_set=False)
    return Row([plan_for(item) for item in items])


def _literal(_origin: Any, *allowed: Any) -> Plan:  # noqa: ANN401 - type hints
    return Plain(*{type(one) for one in allowed}, allowed=allowed)


def _union(_origin: Any, *members: Any) -> Plan:  # noqa: ANN401 - type hints
    given = [member for member in members if member is not types.NoneType]
    if len(given) == 1:
        plan = plan_for(given[0])
    elif all(member in {int, float, str, bool} for member in given):
        plan = Plain(*given)
    else:
        plan = OneOf({_name(member): plan_for(member) for member in given})
    return plan if len(given) == len(members) else Maybe(plan)


def _name(member: Any) -> str:  # noqa: ANN401 - type hints
    if not isinstance(member, type):
        raise Unsavable(f"a union with {member} cannot be saved")
    return member.__name__
