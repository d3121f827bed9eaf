"""Which kinds of jobs are served on which device: a plan, made before anything is loaded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.devices import Device
from services.inference.kinds import JobKind
from services.workers.backends import chain_of, without_address

# The rest is for what a job needs while it runs, and for the driver.
_FOR_MODELS: Final = 0.9
# Where there is too little for all, the first of these are served; where there is more, they are
# served by several workers. A person waits for the first four in every answer.
_BY_IMPORTANCE: Final = (
    JobKind.GENERATE, JobKind.REWRITE, JobKind.EMBED, JobKind.SCORE, JobKind.TOXICITY,
    JobKind.DESCRIBE, JobKind.TRANSCRIBE, JobKind.SPEAK, JobKind.TRANSLATE, JobKind.DETOX,
    JobKind.DRAW,
)  # fmt: skip
# Kinds and devices are few; the first way through is found in as many steps as there are kinds.
_MOST_TRIES: Final = 20_000
_GB: Final = 10**9
_MB: Final = 10**6
NUMBER: Final = "{n}"
"""In the setting of a backend: the device's number, so that each device has a server of its own."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWorker:
    """A worker to start.

    Attributes:
        kinds: What it serves.
        needed: Bytes of the models of those kinds.
        room: Bytes for models on its device.
        backends: The setting of each kind, as this worker is to read it.
    """

    device: Device
    kinds: tuple[JobKind, ...]
    needed: int
    room: int
    backends: Mapping[JobKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The workers of a machine.

    Attributes:
        unserved: Kinds that no worker serves.
        notes: Sentences for the owner: what fits nowhere, and what stays idle.
    """

    workers: tuple[PlannedWorker, ...]
    unserved: tuple[JobKind, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class _Site:
    """A device while it is filled."""

    device: Device
    room: int
    kinds: list[JobKind] = field(default_factory=list)
    models: dict[str, int] = field(default_factory=dict)

    @property
    def used(self) -> int:
        return sum(self.models.values())

    @property
    def left(self) -> int:
        return self.room - self.used

    def grows_by(self, need: Need) -> int:
        return sum(size for name, size in need.models.items() if name not in self.models)

    def takes(self, need: Need) -> bool:
        return need.kind not in self.kinds and self.grows_by(need) <= self.left

    def put(self, need: Need) -> dict[str, int]:
        """Put a kind here; give what was here before."""
        before = dict(self.models)
        self.models |= need.models
        self.kinds.append(need.kind)
        return before

    def take_back(self, before: dict[str, int]) -> None:
        self.models = before
        self.kinds.pop()


def place(
    devices: Sequence[Device], needs: Sequence[Need], *, cpu: Device, model_memory: int | None
) -> Plan:
    """Plan a worker for each device, and one for the CPU.

    What computes on a device goes to the fullest device that has room for it, the largest first;
    if that leaves something out, other ways are tried. Then the room that is left takes further
    copies of the kinds, the most important first. What computes nowhere here, such as a kind whose
    model is behind a server, is served by the worker on the CPU; so is everything on a machine
    without a GPU, as far as its memory goes.

    Args:
        devices: Accelerators; may be empty.
        needs: One for each kind that is to be served.
        cpu: This machine's processor and memory.
        model_memory: Most bytes for the models of one worker; None: nine tenths of its device.
    """
    sites = [_site(device, model_memory) for device in devices or (cpu,)]
    bound = sorted((need for need in needs if need.on_device), key=_by_importance)
    chosen = _chosen(sites, bound)
    _settle(sites, chosen)
    _copy(sites, chosen)
    left_out = [need for need in bound if need not in chosen]
    light = [need for need in needs if not need.on_device]
    light += [_instead(need) for need in left_out if need.without]
    beside = sites[0] if not devices else _site(cpu, model_memory)
    for need in light:
        beside.put(need)
    if devices:
        sites.append(beside)
    settings = {need.kind: need.backends for need in [*chosen, *light]}
    return Plan(
        workers=tuple(_worker(site, settings) for site in sites if site.kinds),
        unserved=tuple(need.kind for need in left_out if not need.without),
        notes=(*(_no_room(need, sites[: len(devices) or 1]) for need in left_out), *_idle(sites)),
    )


def _site(device: Device, model_memory: int | None) -> _Site:
    room = int(device.memory_bytes * _FOR_MODELS)
    return _Site(device=device, room=min(room, model_memory or room))


def _by_importance(need: Need) -> int:
    return _BY_IMPORTANCE.index(need.kind)


def _chosen(sites: Sequence[_Site], needs: Sequence[Need]) -> list[Need]:
    """Find what can be served at all: everything, or as much as fits, the most important first."""
    if _settle(sites, needs):
        _clear(sites)
        return list(needs)
    chosen: list[Need] = []
    for need in needs:
        if _settle(sites, [*chosen, need]):
            chosen.append(need)
        _clear(sites)
    return chosen


def _clear(sites: Sequence[_Site]) -> None:
    for site in sites:
        site.kinds.clear()
        site.models = {}


def _settle(sites: Sequence[_Site], needs: Sequence[Need]) -> bool:
    """Put each kind on one device, or none of them on any."""
    largest_first = sorted(needs, key=lambda need: (-need.memory, _by_importance(need)))
    return _put_all(sites, largest_first, iter(range(_MOST_TRIES)))


def _put_all(sites: Sequence[_Site], needs: Sequence[Need], tries: Iterator[int]) -> bool:
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


def _fullest_first(sites: Sequence[_Site], need: Need) -> list[_Site]:
    found = [site for site in sites if site.takes(need)]
    found.sort(key=lambda site: (site.grows_by(need), site.left, site.device.index))
    # Of devices that are alike one stands for all.
    alike = {(site.left, *sorted(site.models)): site for site in reversed(found)}
    return [site for site in found if site in alike.values()]


def _copy(sites: Sequence[_Site], needs: Sequence[Need]) -> None:
    for need in needs:
        for site in sites:
            if site.takes(need):
                site.put(need)


def _instead(need: Need) -> Need:
    return Need(kind=need.kind, backends=need.without)


def _worker(site: _Site, settings: Mapping[JobKind, str]) -> PlannedWorker:
    kinds = tuple(kind for kind in JobKind if kind in site.kinds)
    number = str(site.device.index)
    return PlannedWorker(
        device=site.device, kinds=kinds, needed=site.used, room=site.room,
        backends={kind: settings[kind].replace(NUMBER, number) for kind in kinds},
    )  # fmt: skip


def _no_room(need: Need, sites: Sequence[_Site]) -> str:
    largest = max(sites, key=lambda site: site.room)
    if need.memory > largest.room:
        why = f"and the largest device has room for {in_gb(largest.room)}"
    else:
        why = "and the models of more important kinds leave no device with room for it"
    others = ", ".join(map(without_address, chain_of(need.without)))
    instead = f"served by {others} meanwhile" if others else "not served"
    return (
        f"{need.kind} is {instead}: it needs {in_gb(need.memory)}, {why};"
        f" choose a smaller model, or correct SAMOVAR_KIND_MEMORY_GB"
    )


def _idle(sites: Sequence[_Site]) -> Iterator[str]:
    for site in sites:
        if not site.kinds and not site.device.is_cpu:
            yield (
                f"{site.device.uuid} ({site.device.name}) stays idle: no kind has a transformers:"
                " or diffusers: backend that fits, or a server with {n} in its address"
            )


def in_gb(size: int) -> str:
    """Write bytes for people."""
    return f"{size / _GB:.1f} GB" if size >= _GB // 10 else f"{size / _MB:.0f} MB"
