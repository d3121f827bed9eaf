"""What a worker each can be started on: GPUs, slices of GPUs that are cut (MIG), or the CPU."""

import asyncio
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import psutil
import structlog

from services.errors import InvalidInputError

log = structlog.get_logger(__name__)

CPU: Final = "cpu"
_NAMES_AND_SIZES: Final = (
    "--query-gpu=uuid,name,memory.total,mig.mode.current",
    "--format=csv,noheader,nounits",
)
_GPU: Final = re.compile(r"^GPU \d+:.*\(UUID: (GPU-[0-9a-fA-F-]+)\)")
# "3g.40gb" is a slice; "1c.3g.40gb" is a third of its computing, which shares its memory with the
# other two.
_SLICE: Final = re.compile(
    r"^\s+MIG (?P<profile>(?:(?P<parts>\d+)c\.)?(?P<of>\d+)g\.(?P<gb>\d+)gb\S*)"
    r"\s+Device\s+\d+:\s+\(UUID: (?P<uuid>MIG-[^)\s]+)\)"
)
_TIMEOUT_S: Final = 20.0
_CONTAINER_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")
_MIB: Final = 2**20
_GB: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Something that a worker runs on.

    Attributes:
        uuid: For ``CUDA_VISIBLE_DEVICES``; ``cpu`` for the CPU.
        name: For people, such as ``NVIDIA H200`` or ``NVIDIA H200 1g.18gb``.
        memory_bytes: All of it. A slice tells its memory by its name, in whole gigabytes.
        is_mig: It is a slice of a GPU.
        parent: Uuid of the GPU that it is a slice of.
        index: Its number among those that can be used, from 0; ``{n}`` in the setting of a backend.
    """

    uuid: str
    name: str
    memory_bytes: int
    is_mig: bool = False
    parent: str | None = None
    index: int = 0

    @property
    def is_cpu(self) -> bool:
        """Tell whether it is no accelerator at all."""
        return self.uuid == CPU


class DeviceLister(Protocol):
    """Whoever knows the devices of this machine."""

    async def devices(self) -> list[Device]:
        """List the accelerators that a program can be given; none is an empty list."""
        ...


class NvidiaSmi:
    """``DeviceLister`` by NVIDIA's program; what it cannot tell is logged and left out."""

    def __init__(self, program: str = "nvidia-smi", *, timeout_s: float = _TIMEOUT_S) -> None:
        self._program = program
        self._timeout_s = timeout_s

    async def devices(self) -> list[Device]:
        """See ``DeviceLister.devices``."""
        program = shutil.which(self._program)
        if program is None:
            return []
        listing = await self._output(program, "-L")
        details = await self._output(program, *_NAMES_AND_SIZES) if listing else ""
        return read_devices(listing, details)

    async def _output(self, program: str, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            program, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                output, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            log.warning("nvidia_smi_hangs", after_s=self._timeout_s)
            return ""
        if process.returncode:
            # One broken GPU among good ones ends like this too; the good ones are in the output.
            log.warning("nvidia_smi_failed", status=process.returncode)
        return output.decode(errors="replace")


def cpu_device() -> Device:
    """Describe the CPU with the memory of this machine."""
    return Device(uuid=CPU, name="CPU", memory_bytes=_machine_memory())


def visible(devices: Sequence[Device], variable: str | None) -> list[Device]:
    """Keep what ``CUDA_VISIBLE_DEVICES`` of the supervisor leaves, numbered anew.

    Args:
        devices: As ``DeviceLister`` gives them.
        variable: Numbers of GPUs in the order of nvidia-smi, or beginnings of uuids, by commas;
            None when it is not set: all.

    Raises:
        InvalidInputError: It names something that is not there.
    """
    if variable is None or not devices:
        return list(devices)
    names = [name.strip() for name in variable.split(",") if name.strip()]
    chosen: list[Device] = []
    for name in names:
        # As in CUDA: what stands behind a number below zero is not seen either.
        if name.startswith("-"):
            break
        chosen += [device for device in _named(devices, name) if device not in chosen]
    return _numbered(chosen)


def _named(devices: Sequence[Device], name: str) -> list[Device]:
    if name.isdigit():
        gpus = list(dict.fromkeys(device.parent or device.uuid for device in devices))
        chosen = gpus[int(name) : int(name) + 1]
        found = [device for device in devices if (device.parent or device.uuid) in chosen]
    else:
        found = [
            device
            for device in devices
            if device.uuid.startswith(name) or (device.parent or "").startswith(name)
        ]
    if not found:
        raise InvalidInputError(
            f"CUDA_VISIBLE_DEVICES names {name!r}, and nvidia-smi knows no such device"
        )
    return found


def read_devices(listing: str, details: str) -> list[Device]:
    """Read what nvidia-smi says.

    Args:
        listing: Output of ``nvidia-smi -L``: GPUs, and below each its slices.
        details: Output of ``nvidia-smi --query-gpu=uuid,name,memory.total,mig.mode.current``.
    """
    gpus = {gpu.uuid: gpu for gpu in _gpus(details)}
    cuttable = set(_cuttable(details))
    slices = _slices(listing, gpus)
    devices: list[Device] = []
    for match in filter(None, map(_GPU.match, listing.splitlines())):
        uuid = match.group(1)
        if uuid not in gpus:
            log.warning("device_unreadable", device=uuid)
        elif slices.get(uuid):
            # A GPU that is cut is used by its slices only.
            devices += slices[uuid]
        elif uuid in cuttable:
            log.warning("gpu_without_slices", device=uuid, advice="cut it, or turn MIG off")
        else:
            devices.append(gpus[uuid])
    return _numbered(devices)


def _gpus(details: str) -> Iterator[Device]:
    for uuid, name, memory, _ in _rows(details):
        yield Device(uuid=uuid, name=name, memory_bytes=_size(memory))


def _cuttable(details: str) -> Iterator[str]:
    return (uuid for uuid, _, _, mode in _rows(details) if mode.lower() == "enabled")


def _rows(details: str) -> Iterator[list[str]]:
    for line in details.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == 4 and cells[0].startswith("GPU-"):  # noqa: PLR2004 - four were asked for
            yield cells


def _size(memory: str) -> int:
    # A GPU that shares the machine's memory has none of its own to tell: [N/A].
    return int(memory) * _MIB if memory.isdigit() else _machine_memory()


def _slices(listing: str, gpus: Mapping[str, Device]) -> dict[str, list[Device]]:
    """Find the slices below each GPU."""
    found: dict[str, list[Device]] = {}
    whole: Device | None = None
    for line in listing.splitlines():
        if (gpu := _GPU.match(line)) is not None:
            whole = gpus.get(gpu.group(1))
        elif (part := _SLICE.match(line)) is not None and whole is not None:
            found.setdefault(whole.uuid, []).append(_slice(part, whole))
    return found


def _slice(part: re.Match[str], whole: Device) -> Device:
    memory = int(part["gb"]) * _GB
    if part["parts"] is not None:
        memory = memory * int(part["parts"]) // int(part["of"])
    return Device(
        uuid=part["uuid"], name=f"{whole.name} {part['profile']}",
        memory_bytes=min(memory, whole.memory_bytes), is_mig=True, parent=whole.uuid,
    )  # fmt: skip


def _numbered(devices: Sequence[Device]) -> list[Device]:
    return [replace(device, index=number) for number, device in enumerate(devices)]


def _machine_memory() -> int:
    """Tell this machine's memory, or what its container may have of it."""
    total = int(psutil.virtual_memory().total)
    limit = _CONTAINER_LIMIT.read_text().strip() if _CONTAINER_LIMIT.is_file() else ""
    return min(total, int(limit)) if limit.isdigit() else total
