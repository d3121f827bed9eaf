"""How much memory a device has for models."""

import contextlib
from pathlib import Path
from typing import Final

import psutil

_SHARE: Final = 0.9
# Of a container, by version of cgroups; "max" is none.
_LIMITS: Final = (
    Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)  # fmt: skip


def usable_memory(device: str) -> int:
    """Tell the bytes that models may take: nine tenths of what the device has.

    Of a GPU that is what others leave free; of the CPU, the machine's or the container's.
    """
    if device.startswith("cuda"):
        import torch  # noqa: PLC0415 - a worker without a GPU may not have it

        free, _total = torch.cuda.mem_get_info(device)
        return int(_SHARE * free)
    return int(_SHARE * min([psutil.virtual_memory().total, *_container_limits()]))


def _container_limits() -> list[int]:
    limits = []
    for path in _LIMITS:
        with contextlib.suppress(OSError, ValueError):
            limits.append(int(path.read_text()))
    return limits
