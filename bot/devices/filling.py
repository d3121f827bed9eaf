"""Fills devices with kinds of jobs by the memory of their models."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.devices.listing import Device
from services.inference.kinds import JobKind

# Where there is too little for all, the first of these are served; where there is more, they are
# served by several workers. A person waits for the first five in every answer.
_BY_IMPORTANCE: Final = (
    JobKind.GENERATE, JobKind.REWRITE, JobKind.EMBED, JobKind.SCORE, JobKind.ENTAIL,
    JobKind.TOXICITY, JobKind.DESCRIBE, JobKind.TRANSCRIBE, JobKind.SPEAK, JobKind.TRANSLATE,
    JobKind.DETOX, JobKind.DRAW,
)  # fmt: skip
# Kinds and devices are few; the first way through is found in as many steps as there are kinds.
_MOST_TRIES: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a kind of jobs needs of a device.

    Attributes:
        backends: Its setting.
        models: Bytes of each model that has to be on the device; kinds may name the same one.
        on_device: It is served beside a device, as one of its backends computes there.
        without: Those of its backends that need no device, by commas; empty: none.
    """

    kind: JobKind
    backends: str
    models: Mapping[str, int] = field(default_factory=dict)
    on_device: bool = False
    without: str = ""

    @property
    def memory(self) -> int:
        """Add up its models."""
        return sum(self.models.values())


@dataclass(slots=True, eq=False)
class Site:
    """A device while it is filled; ``room`` is what models may take of it, in bytes."""

    device: Device
    room: int
    kinds: list[JobKind] = field(default_factory=list)
    models: dict[str, int] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Bytes that its models take."""
        return sum(self.models.values())

    @property
    def left(self) -> int:
        """Bytes that further models may take."""
        return self.room - self.used

    def grows_by(self, need: Need) -> int:
        """Tell the bytes of those models of a kind that are not here yet."""
        return sum(size for name, size in need.models.items() if name not in self.models)

    def takes(self, need: Need) -> bool:
        """Tell whether a kind is not here and has room."""
        return need.kind not in self.kinds and self.grows_by(need) <= self.left

    def put(self, need: Need) -> dict[str, int]:
        """Put a kind here; give what was here before."""
        before = dict(self.models)
        self.models |= need.models
        self.kinds.append(need.kind)
        return before

    def take_back(self, before: dict[str, int]) -> None:
        """Undo the last ``put``, which gave ``before``."""
        self.models = before
        self.kinds.pop()


def fill(sites: Sequence[Site], needs: Sequence[Need]) -> list[Need]:
    """Put kinds on empty devices, each at least once where it fits; give those that are placed.

    If everything fits in some way, everything is placed; else as much as fits, the most important
    first. The room that is left takes further copies.
    """
    by_importance = sorted(needs, key=_importance)
    chosen = _chosen(sites, by_importance)
    _settle(sites, chosen)
    for need in chosen:
        for site in sites:
            if site.takes(need):
                site.put(need)
    return chosen


def _importance(need: Need) -> int:
    return _BY_IMPORTANCE.index(need.kind)


def _chosen(sites: Sequence[Site], needs: Sequence[Need]) -> list[Need]:
    """Find what can be served at all; the devices are empty before and after."""
    if _settle(sites, needs):
        _clear(sites)
        return list(needs)
    chosen: list[Need] = []
    for need in needs:
        if _settle(sites, [*chosen, need]):
            chosen.append(need)
        _clear(sites)
    return chosen


def _clear(sites: Sequence[Site]) -> None:
    for site in sites:
        site.kinds.clear()
        site.models = {}


def _settle(sites: Sequence[Site], needs: Sequence[Need]) -> bool:
    """Put each kind on one device, or none of them on any."""
    largest_first = sorted(needs, key=lambda need: (-need.memory, _importance(need)))
    return _put_all(sites, largest_first, iter(range(_MOST_TRIES)))


def _put_all(sites: Sequence[Site], needs: Sequence[Need], tries: Iterator[int]) -> bool:
    if not needs:
        return True
    need = needs[0]
    for site in _fullest_first(sites, need):
        if next(tries, None) is None:
            return False
        before = site.put(need)
        if _put_all(sites, needs[1:], tries):
            return True
        site.take_back(before)
    return False


def _fullest_first(sites: Sequence[Site], need: Need) -> list[Site]:
    found = [site for site in sites if site.takes(need)]
    found.sort(key=lambda site: (site.grows_by(need), site.left, site.device.index))
    # Of devices that are alike one stands for all.
    alike = {(site.left, *sorted(site.models)): site for site in reversed(found)}
    return [site for site in found if site in alike.values()]
