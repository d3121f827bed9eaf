import asyncio
import re
import shutil
from typing import Final

import structlog

log = structlog.get_logger(__name__)

CPU: Final = "cpu"
_GPU: Final = re.compile(r"^GPU \d+:.*\(UUID: (GPU-[0-9a-fA-F-]+)\)")
_SLICE: Final = re.compile(r"^\s+MIG .*\(UUID: (MIG-[^)\s]+)\)")
_TIMEOUT_S: Final = 20.0


async def list_devices() -> list[str]:
    """Name what a worker each can be started on.

    Returns:
        Uuids of GPUs, or of the MIG slices of a GPU that is cut; ``["cpu"]`` when there are none.
    """
    program = shutil.which("nvidia-smi")
    if program is None:
        return [CPU]
    process = await asyncio.create_subprocess_exec(
        program, "-L", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        log.warning("nvidia_smi_hangs")
        return [CPU]
    return parse_devices(output.decode(errors="replace")) or [CPU]


def parse_devices(listing: str) -> list[str]:
    """Read the output of ``nvidia-smi -L``.

    Example:
        >>> parse_devices("GPU 0: NVIDIA H200 (UUID: GPU-1a-2b)")
        ['GPU-1a-2b']
    """
    devices: list[str] = []
    whole: str | None = None
    for line in listing.splitlines():
        if (gpu := _GPU.match(line)) is not None:
            whole = gpu.group(1)
            devices.append(whole)
        elif (part := _SLICE.match(line)) is not None:
            if whole is not None:
                # A GPU that is cut is used by its slices only.
                devices.remove(whole)
                whole = None
            devices.append(part.group(1))
    return devices
