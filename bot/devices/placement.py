"""Which kinds of jobs are served on which device: a plan, made before anything is loaded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.devices.filling import Need, Site, fill
from bot.devices.listing import Device
from services.inference.kinds import JobKind
from services.workers.backends import chain_of, without_address

# The rest is for what a job needs while it runs, and for the driver.
_FOR_MODELS: Final = 0.9
_GB: Final = 10**9
_MB: Final = 10**6
NUMBER: Final = "{n}"
"""In the setting of a backend: the device's number, so that each device has a server of its own."""


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
    bound = [need for need in needs if need.on_device]
    chosen = fill(sites, bound)
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


def _site(device: Device, model_memory: int | None) -> Site:
    room = int(device.memory_bytes * _FOR_MODELS)
    return Site(device=device, room=min(room, model_memory or room))


def _instead(need: Need) -> Need:
    return Need(kind=need.kind, backends=need.without)


def _worker(site: Site, settings: Mapping[JobKind, str]) -> PlannedWorker:
    kinds = tuple(kind for kind in JobKind if kind in site.kinds)
    number = str(site.device.index)
    return PlannedWorker(
        device=site.device, kinds=kinds, needed=site.used, room=site.room,
        backends={kind: settings[kind].replace(NUMBER, number) for kind in kinds},
    )  # fmt: skip


def _no_room(need: Need, sites: Sequence[Site]) -> str:
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


def _idle(sites: Sequence[Site]) -> Iterator[str]:
    for site in sites:
        if not site.kinds and not site.device.is_cpu:
            yield (
                f"{site.device.uuid} ({site.device.name}) stays idle: no kind has a transformers:"
                " or diffusers: backend that fits, or a server with {n} in its address"
            )


def in_gb(size: int) -> str:
    """Write bytes for people."""
    return f"{size / _GB:.1f} GB" if size >= _GB // 10 else f"{size / _MB:.0f} MB"
