"""A number that counts something."""

from dataclasses import dataclass
from typing import Final

from services.answering.checking.anchors import Anchor
from services.answering.checking.reading import Token
from services.answering.checking.units import word_unit

_SHORT_MONTH: Final = 28 * 1440.0
_LONG_MONTH: Final = 31 * 1440.0
_UNITS_OF_TIME: Final = {
    1 / 60: "second",
    1.0: "minute",
    60.0: "hour",
    1440.0: "day",
    10080.0: "week",
}
_UNITS_OF_MONTHS: Final = {1.0: "month", 12.0: "year"}

Value = tuple[str, float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Anchor):
    """A number that counts something.

    Attributes:
        dimension: Of what its unit measures; empty for things that are counted.
        counted: The thing, when it stands right behind.
        is_both: It is said as "both".
    """

    dimension: str
    counted: Token | None
    is_both: bool = False

    def agrees(self, another: Anchor) -> bool:
        """Equal values of one dimension; one of them may leave its unit unsaid."""
        if not isinstance(another, Quantity):
            return False
        if {self.dimension, another.dimension} == {"time", "months"}:
            return _about_as_long(self, another)
        return not self.values.isdisjoint(another.values) and self._one_kind(another)

    def _one_kind(self, another: "Quantity") -> bool:
        if self.dimension == another.dimension:
            return True
        silent = another if self.dimension else self
        if silent.dimension == "order" or another.dimension == "order" or self.dimension == "order":
            return True
        if {self.dimension, another.dimension} == {"clock", "time"}:
            return True
        return not silent.dimension and silent.counted is None


def _about_as_long(one: Quantity, other: Quantity) -> bool:
    """Tell whether days make up months, as 30 make one and 365 a year."""
    months, time = (one, other) if one.dimension == "months" else (other, one)
    return any(
        isinstance(m, float) and isinstance(t, float) and m > 0
        and _SHORT_MONTH <= t / m <= _LONG_MONTH
        for m in months.values for t in time.values
    )  # fmt: skip


def quantity(
    values: frozenset[Value], first: int, last: int, dimension: str, counted: Token | None = None
) -> Quantity:
    """Make a quantity of values that may differ in what they measure."""
    plain = frozenset(value for _, value in values)
    return Quantity(
        family=f"quantity {dimension}".strip(), values=frozenset(plain), first=first, last=last,
        dimension=dimension, counted=counted,
    )  # fmt: skip


def spans_of(one: Quantity) -> frozenset[object]:
    """Give the unit of time that a quantity is exactly one of: "за день" is about a day."""
    known = {"time": _UNITS_OF_TIME, "months": _UNITS_OF_MONTHS}.get(one.dimension, {})
    return frozenset(known[v] for v in one.values if isinstance(v, float) and v in known)


def measures_alike(one: Quantity, token: Token) -> bool:
    """Tell whether a word is the unit that a quantity is exactly one of."""
    dimension, factor = word_unit(token)
    return bool(dimension) and dimension == one.dimension and one.values == {factor}


def is_one_unit(one: Quantity) -> bool:
    """Tell whether a quantity is measured, so that "1 кг" may be "a kilogram"."""
    return bool(one.dimension) and one.dimension not in {"time", "months", "order", "percent"}
