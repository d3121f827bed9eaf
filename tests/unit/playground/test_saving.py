import io
import json
import zipfile
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Literal

import pytest
from aiogram.types import MenuButtonCommands, MenuButtonDefault, User

from playground.refusals import SimError
from playground.saving.files import TOWN, from_file, plan_of_town, to_file
from playground.saving.hints import plan_for
from playground.saving.plans import Blobs, Broken, Unsavable
from playground.seed import seed_town
from playground.state.transient import TRANSIENT
from playground.town import Town


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Key:
    chat: int
    thread: int | None = None


@dataclass
class Everything:
    number: int
    share: float
    pair: tuple[int, str]
    many: tuple[str, ...]
    names: set[str]
    frozen: frozenset[int]
    by_key: dict[tuple[Key, int], list[User]]
    ordered: OrderedDict[str, bytes]
    either: MenuButtonDefault | MenuButtonCommands | None
    mode: Literal["a", "b"]
    at: datetime
    span: timedelta
    colour: Colour
    anything: dict[str, Any]
    chat: int | str
    lately: deque[int] = field(default_factory=lambda: deque(maxlen=2))
    now: Callable[[], float] = field(default=lambda: 1.0, metadata=TRANSIENT)


def everything() -> Everything:
    return Everything(
        1, 2, (3, "x"), ("y", "z"), {"b", "a"}, frozenset({2, 1}),
        {(Key(1), 2): [User(id=1, is_bot=False, first_name="Alice")]},
        OrderedDict(z=b"\x00\xff", a=b""), MenuButtonCommands(), "b",
        datetime(2026, 1, 2, tzinfo=UTC), timedelta(seconds=5), Colour.RED, {"k": [None]}, "@x",
        deque([1, 2], maxlen=2),
    )  # fmt: skip


def test_whatever_is_plain_comes_back_the_same() -> None:
    blobs = Blobs()
    plan = plan_for(Everything)
    text = json.dumps(plan.dump(everything(), blobs))
    again = plan.build(json.loads(text), blobs)
    assert again == everything()
    assert again.lately.maxlen == 2
    assert list(again.ordered) == ["z", "a"]


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Callable[[], int], "cannot be saved"),
        (object, "object cannot be saved"),
        (dict[str, object], "object cannot be saved"),
        (list[int] | dict[int, int], "a union with"),
    ],
)
def test_a_type_that_cannot_be_saved_is_named(hint: object, words: str) -> None:
    with pytest.raises(Unsavable, match=words):
        plan_for(hint)


def test_a_field_that_cannot_be_saved_is_named() -> None:
    @dataclass
    class Bad:
        hook: Callable[[], int]

    with pytest.raises(Unsavable, match="hook"):
        plan_for(Bad)


def test_every_field_of_the_town_can_be_saved() -> None:
    assert plan_of_town() is plan_for(Town)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("number", "1", "number: '1' is not expected"),
        ("number", True, "number: True is not expected"),
        ("pair", [1], "pair: 1 values instead of 2"),
        ("by_key", {}, "by_key: no list"),
        ("ordered", [["z", "0" * 64]], "ordered: a file is missing or damaged"),
        ("either", {"is": "Other", "as": {}}, "either: of no known type"),
        ("mode", "c", "mode: 'c' is not expected"),
        ("at", "yesterday", "at: 'yesterday' is not expected"),
        ("extra", 1, "unknown: ['extra']"),
    ],
)
def test_what_is_not_of_its_type_is_refused(name: str, value: object, words: str) -> None:
    blobs = Blobs()
    plan = plan_for(Everything)
    dumped = json.loads(json.dumps(plan.dump(everything(), blobs)))
    with pytest.raises(Broken) as caught:
        plan.build(dumped | {name: value}, blobs)
    assert str(caught.value) == words


def test_a_missing_field_keeps_its_default_or_is_missed() -> None:
    blobs = Blobs()
    plan = plan_for(Everything)
    dumped = plan.dump(everything(), blobs)
    assert plan.build({key: dumped[key] for key in dumped if key != "lately"}, blobs).lately == (
        deque()
    )
    with pytest.raises(Broken, match="number is missing"):
        plan.build({key: dumped[key] for key in dumped if key != "number"}, blobs)


def changed(saved: bytes, **head: object) -> bytes:
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        kept = json.loads(archive.read(TOWN))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(TOWN, json.dumps(kept | head))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda saved: b"", "not a saved town"),
        (lambda saved: saved[: len(saved) // 2], "not a saved town"),
        (lambda saved: changed(saved, format="other"), "not a saved town"),
        (lambda saved: changed(saved, version=99), "version 99, this one reads 1"),
        (lambda saved: changed(saved, town={}), "damaged: messages is missing"),
        (lambda saved: changed(saved, town=[]), "damaged"),
        (lambda saved: changed(saved, offset_s=None), "damaged"),
    ],
)
def test_another_file_is_refused_and_changes_nothing(
    spoil: Callable[[bytes], bytes], words: str
) -> None:
    town = Town(now=lambda: 1_800_000_000.0)
    seed_town(town)
    before = to_file(town)
    with pytest.raises(SimError, match=words):
        from_file(town, spoil(before))
    assert to_file(town) == before


def test_the_clock_is_not_set_back_by_loading() -> None:
    late, early = Town(now=lambda: 2_000_000_000.0), Town(now=lambda: 1_900_000_000.0)
    seed_town(late)
    late.clock.advance(60)
    from_file(early, to_file(late))
    assert early.now() == 2_000_000_060.0
