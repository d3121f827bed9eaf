"""Tries one tiny job of each kind on a device, in a process that sees no other one."""

import asyncio
import re
import sys
from typing import Final

import msgspec

from bot.devices.listing import CPU
from bot.settings import Settings
from services.errors import InvalidInputError
from services.workers.selftest.report import DeviceReport

DEADLINE_S: Final = 900.0
_NUMBER: Final = re.compile(r"(?:cuda:)?(\d+)", re.ASCII)
_UUID: Final = re.compile(r"(?:GPU|MIG)-[\w/-]+", re.ASCII)


async def examine_device(
    settings: Settings, device: str, *, deadline_s: float = DEADLINE_S
) -> DeviceReport:
    """Try a device.

    Args:
        settings: For the number format.
        device: ``cpu``, ``cuda:0``, or the uuid of a GPU or of a MIG slice.
        deadline_s: Seconds until it is given up.

    Raises:
        InvalidInputError: It is no name of a device.
    """
    # Read when torch is loaded, so it is set before the process begins.
    variables = settings.environment(OMP_NUM_THREADS="1", PYTHONUNBUFFERED="1")
    variables["CUDA_VISIBLE_DEVICES"] = pinned(device, variables.get("CUDA_VISIBLE_DEVICES"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.devices.probe",
        CPU if device == CPU else "cuda:0", device, settings.model_dtype,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env=variables,
    )  # fmt: skip
    try:
        async with asyncio.timeout(deadline_s):
            output, errors = await process.communicate()
    except TimeoutError:
        return DeviceReport(device=device, error=f"it did not end within {deadline_s:.0f} s")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _read(device, process.returncode or 0, output, errors)


def pinned(device: str, visible: str | None) -> str:
    """Tell what ``CUDA_VISIBLE_DEVICES`` has to be, so that a process sees this device alone.

    Args:
        device: As people call it.
        visible: What the variable is now; a number counts the devices that it names.

    Raises:
        InvalidInputError: It is no name of a device, or there are not so many.
    """
    if device == CPU:
        return ""
    if _UUID.fullmatch(device):
        return device
    match = _NUMBER.fullmatch("cuda:0" if device == "cuda" else device)
    if match is None:
        raise InvalidInputError(
            f"--device knows cpu, cuda:0 and the uuids that nvidia-smi -L lists, not {device!r}"
        )
    number = int(match[1])
    if visible is None:
        return str(number)
    names = [name.strip() for name in visible.split(",") if name.strip()]
    if number >= len(names):
        raise InvalidInputError(f"there is no {device}: CUDA_VISIBLE_DEVICES is {visible!r}")
    return names[number]


def _read(device: str, status: int, output: bytes, errors: bytes) -> DeviceReport:
    lines = output.splitlines()
    try:
        if status == 0 and lines:
            return msgspec.json.decode(lines[-1], type=DeviceReport)
    except msgspec.DecodeError:
        pass
    said = errors.decode(errors="replace").strip().splitlines()
    reason = f"the process that tried it ended with status {status}"
    return DeviceReport(device=device, error=f"{reason}: {said[-1]}" if said else reason)
