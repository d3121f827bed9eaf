"""What of a text must be exactly so."""

from functools import cached_property

from services.answering.checking import naming, opposites
from services.answering.checking.anchors import Anchor
from services.answering.checking.dates import Dates, dates
from services.answering.checking.denials import Side
from services.answering.checking.numerals import Numeral, numerals
from services.answering.checking.periods import periods
from services.answering.checking.polarity import Stated, stated
from services.answering.checking.quantities import quantities
from services.answering.checking.quantity import Quantity
from services.answering.checking.reading import Reading


class Facts:
    """Dates, quantities, names, what is denied and opposites of a text, each found when asked."""

    def __init__(self, reading: Reading, known: Reading | None = None) -> None:
        self.reading = reading
        self._known = reading if known is None else known

    @cached_property
    def numerals(self) -> list[Numeral]:
        """Its numbers, whatever they tell."""
        return numerals(self.reading)

    @cached_property
    def dates(self) -> Dates:
        """When."""
        return dates(self.reading, self.numerals)

    @cached_property
    def periods(self) -> list[Anchor]:
        """How often."""
        return periods(self.reading)

    @cached_property
    def quantities(self) -> list[Quantity]:
        """How many."""
        often = {i for p in self.periods for i in range(p.first, p.last + 1)}
        return quantities(self.reading, self.numerals, self.dates.taken | often)

    @cached_property
    def exact(self) -> list[Anchor]:
        """All that is counted or dated."""
        return [*self.quantities, *self.dates.anchors, *self.periods]

    @cached_property
    def taken(self) -> frozenset[int]:
        """Places of the tokens that ``exact`` is made of."""
        return frozenset(i for anchor in self.exact for i in range(anchor.first, anchor.last + 1))

    @cached_property
    def names(self) -> list[naming.Name]:
        """Who."""
        return naming.names(self.reading, self._known, self.taken)

    @cached_property
    def side(self) -> Side:
        """What is denied."""
        return Side(self.reading, self.stated)

    @cached_property
    def stated(self) -> list[Stated]:
        """Words as they are stated."""
        return stated(self.reading)

    @cached_property
    def opposites(self) -> list[Anchor]:
        """Words with an opposite."""
        return opposites.opposites(self.reading)

    def sentence_of(self, anchor: Anchor) -> int:
        """Tell which sentence an anchor stands in."""
        return self.reading.tokens[anchor.first].sentence
