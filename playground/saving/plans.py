"""How each type is written as JSON and read again, worked out from type hints.

State is plain: numbers, texts, lists, sets, dicts, dataclasses, models of the Bot API. A dict whose
keys are no texts becomes a list of pairs; bytes go to a file of their own, named by their hash.
"""

import hashlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, ValidationError

from playground.encoding import encode

Value: TypeAlias = Any
"""What a field holds, or its JSON: known only to the plan of its type."""

Make: TypeAlias = Callable[[Iterable[Value]], Value]
SAVED: Final = "saved"


class Unsavable(TypeError):  # noqa: N818 - a fact about a type
    """A type that cannot be saved."""


class Broken(ValueError):  # noqa: N818 - a fact about a file
    """JSON that is not of its type; the text says where."""


@dataclass(slots=True)
class Blobs:
    """Bytes by their names."""

    by_name: dict[str, bytes] = field(default_factory=dict)

    def put(self, content: bytes) -> str:
        """Keep some bytes; gives their name."""
        name = hashlib.sha256(content).hexdigest()
        self.by_name[name] = content
        return name


class Plan(ABC):
    """Writes and reads the values of one type."""

    @abstractmethod
    def dump(self, value: Value, blobs: Blobs) -> Value:
        """Give the JSON of a value."""

    @abstractmethod
    def build(self, json: Value, blobs: Blobs) -> Value:
        """Make the value of JSON.

        Raises:
            Broken: It is not of this type.
        """


class Plain(Plan):
    """A number, a text, true or false, null; Literals name what is allowed."""

    def __init__(self, *types: type, allowed: tuple[object, ...] = ()) -> None:
        self._types = types
        self._allowed = allowed

    def dump(self, value: Value, _blobs: Blobs) -> Value:
        """Give it as it is."""
        return value

    def build(self, json: Value, _blobs: Blobs) -> Value:
        """Take it as it is, if it is of the type."""
        if type(json) not in self._types or (self._allowed and json not in self._allowed):
            raise Broken(f"{json!r:.40} is not expected")
        return json


class Raw(Plan):
    """JSON already."""

    def dump(self, value: Value, _blobs: Blobs) -> Value:
        """Give it as it is."""
        return value

    def build(self, json: Value, _blobs: Blobs) -> Value:
        """Take it as it is."""
        return json


class Bytes(Plan):
    """The content of a file."""

    def dump(self, value: Value, blobs: Blobs) -> Value:
        """Put it aside."""
        return blobs.put(value)

    def build(self, json: Value, blobs: Blobs) -> Value:
        """Find it again."""
        content = blobs.by_name.get(json) if isinstance(json, str) else None
        if content is None or hashlib.sha256(content).hexdigest() != json:
            raise Broken("a file is missing or damaged")
        return content


class Scalar(Plan):
    """Something that is made of a text or a number: an instant, a span, an enum's value."""

    def __init__(self, dump: Callable[[Value], Value], build: Callable[[Value], Value]) -> None:
        self._dump = dump
        self._build = build

    def dump(self, value: Value, _blobs: Blobs) -> Value:
        """Give its text or number."""
        return self._dump(value)

    def build(self, json: Value, _blobs: Blobs) -> Value:
        """Make it again."""
        try:
            return self._build(json)
        except (TypeError, ValueError) as error:
            raise Broken(f"{json!r:.40} is not expected") from error


def scalar(kind: type) -> Scalar | None:
    """Give the plan of an instant, a span or an enum."""
    if issubclass(kind, datetime):
        return Scalar(lambda value: value.isoformat(), datetime.fromisoformat)
    if issubclass(kind, timedelta):
        return Scalar(lambda value: value.total_seconds(), lambda json: timedelta(seconds=json))
    if issubclass(kind, Enum):
        return Scalar(lambda value: value.value, kind)
    return None


class Items(Plan):
    """A list, a deque, a set: many of one type."""

    def __init__(self, make: Make, item: Plan, *, is_set: bool) -> None:
        self._make = make
        self._item = item
        self._is_set = is_set

    def dump(self, value: Value, blobs: Blobs) -> Value:
        """Give a list; a set's is sorted."""
        dumped = [self._item.dump(item, blobs) for item in value]
        return sorted(dumped, key=repr) if self._is_set else dumped

    def build(self, json: Value, blobs: Blobs) -> Value:
        """Make it again."""
        return self._make(self._item.build(item, blobs) for item in _list(json))


class Row(Plan):
    """A tuple of so many values, each of its type."""

    def __init__(self, items: list[Plan]) -> None:
        self._items = items

    def dump(self, value: Value, blobs: Blobs) -> Value:
        """Give a list."""
        return [plan.dump(item, blobs) for plan, item in zip(self._items, value, strict=True)]

    def build(self, json: Value, blobs: Blobs) -> Value:
        """Make it again."""
        if len(_list(json)) != len(self._items):
            raise Broken(f"{len(json)} values instead of {len(self._items)}")
        return tuple(plan.build(item, blobs) for plan, item in zip(self._items, json, strict=True))


class Pairs(Plan):
    """A dict."""

    def __init__(self, make: Make, key: Plan, value: Plan) -> None:
        self._make = make
        self._key = key
        self._value = value

    def dump(self, value: Value, blobs: Blobs) -> Value:
        """Give a list of pairs."""
        return [
            [self._key.dump(key, blobs), self._value.dump(one, blobs)]
            for key, one in value.items()
        ]  # fmt: skip

    def build(self, json: Value, blobs: Blobs) -> Value:
        """Make it again, in the same order."""
        pairs = [_pair(item) for item in _list(json)]
        return self._make(
            (self._key.build(key, blobs), self._value.build(one, blobs)) for key, one in pairs
        )


class OneOf(Plan):
    """A union: the name of the type is written beside the value."""

    def __init__(self, plans: Mapping[str, Plan]) -> None:
        self._plans = plans

    def dump(self, value: Value, blobs: Blobs) -> Value:
        """Give the name of the type and the JSON."""
        name = type(value).__name__
        if name not in self._plans:
            raise Unsavable(f"{name} is none of {', '.join(self._plans)}")
        return {"is": name, "as": self._plans[name].dump(value, blobs)}

    def build(self, json: Value, blobs: Blobs) -> Value:
        """Make it again."""
        plan = self._plans.get(str(json.get("is"))) if isinstance(json, dict) else None
        if plan is None:
            raise Broken("of no known type")
        return plan.build(json.get("as"), blobs)


class Maybe(Plan):
    """Something or nothing."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def dump(self, value: Value, blobs: Blobs) -> Value:
        """Give null for nothing."""
        return None if value is None else self._plan.dump(value, blobs)

    def build(self, json: Value, blobs: Blobs) -> Value:
        """Make it again."""
        return None if json is None else self._plan.build(json, blobs)


class Model(Plan):
    """An object of the Bot API."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def dump(self, value: Value, _blobs: Blobs) -> Value:
        """Give the Bot API's JSON."""
        return encode(value)

    def build(self, json: Value, _blobs: Blobs) -> Value:
        """Make it again."""
        try:
            return self._model.model_validate(json)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(str(step) for step in first["loc"])
            raise Broken(f"{self._model.__name__}.{where}: {first['msg']}") from error


class Record(Plan):
    """A dataclass, without its transient fields."""

    def __init__(self, cls: type, plan_of: Callable[[type, Field[Value]], Plan]) -> None:
        self._cls = cls
        kept = [one for one in fields(cls) if one.metadata.get(SAVED, True)]
        self._fields = {one.name: one for one in kept}
        self._plans = {one.name: plan_of(cls, one) for one in kept}

    def dump(self, value: Value, blobs: Blobs) -> Value:
        """Give an object with the fields."""
        if type(value) is not self._cls:
            raise Unsavable(f"{type(value).__name__} where {self._cls.__name__} is declared")
        return {
            name: plan.dump(getattr(value, name), blobs) for name, plan in self._plans.items()
        }  # fmt: skip

    def build(self, json: Value, blobs: Blobs) -> Value:
        """Make it again."""
        values = self.values(json, blobs)
        value = self._cls(**{name: one for name, one in values.items() if self._fields[name].init})
        for name, one in values.items():
            if not self._fields[name].init:
                object.__setattr__(value, name, one)
        return value

    def values(self, json: Value, blobs: Blobs) -> dict[str, Value]:
        """Make the values of the fields; those that are not there get their defaults."""
        if not isinstance(json, dict) or (unknown := json.keys() - self._plans.keys()):
            raise Broken(f"unknown: {sorted(unknown)}" if isinstance(json, dict) else "no object")
        values: dict[str, Value] = {}
        for name, one in self._fields.items():
            if name in json:
                values[name] = self._build(one, json[name], blobs)
            elif one.default_factory is not MISSING:
                values[name] = one.default_factory()
            elif one.default is not MISSING:
                values[name] = one.default
            else:
                raise Broken(f"{name} is missing")
        return values

    def _build(self, one: Field[Value], json: Value, blobs: Blobs) -> Value:
        try:
            value = self._plans[one.name].build(json, blobs)
        except Broken as error:
            raise Broken(f"{one.name}: {error}") from error
        if isinstance(value, deque) and one.default_factory is not MISSING:
            return deque(value, one.default_factory().maxlen)
        return value


def _list(json: Value) -> list[Value]:
    if not isinstance(json, list):
        raise Broken("no list")
    return json


def _pair(json: Value) -> list[Value]:
    if not isinstance(json, list) or len(json) != 2:  # noqa: PLR2004 - a pair
        raise Broken("no pair")
    return json
