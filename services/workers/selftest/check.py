"""One tiny job of each kind on a device, by the loader and the backends that real models have.

The models are made on the spot with random weights: what they answer means nothing, but all that
stands between a job and its result is the real thing. For ``samovar doctor --device``.
"""

import asyncio
import secrets
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

import psutil

from services.errors import ModelError, ServiceError, UnavailableError
from services.inference.kinds import Blob, Result
from services.inference.models import Priority
from services.workers.backends import BackendRegistry, Opening
from services.workers.hub.loading import import_quietly
from services.workers.registry import default_registry
from services.workers.selftest.cases import CASES, Case
from services.workers.selftest.report import DeviceReport, KindReport
from services.workers.shelf import Shelf

_DEADLINE_S: Final = 300.0
_SILENCE_S: Final = 60.0
_IDLE_S: Final = 600.0


async def check_device(
    device: str, *, dtype: str = "auto", asked: str = "", cases: Sequence[Case] = CASES
) -> DeviceReport:
    """Run the cases one after another.

    Args:
        device: For torch: ``cpu`` or ``cuda:0``.
        dtype: As ``Opening.dtype``.
        asked: How people call the device; the same when it is empty.
        cases: What to try.
    """
    asked = asked or device
    try:
        torch = import_quietly("torch")
        name, memory = _about(torch, device)
    except UnavailableError as error:
        return DeviceReport(device=asked, error=str(error))
    registry = default_registry()
    kinds = [await _try(case, registry, torch, device, dtype) for case in cases]
    return DeviceReport(
        device=asked, name=name, memory_bytes=memory, torch=str(torch.__version__), dtype=dtype,
        kinds=tuple(kinds),
    )  # fmt: skip


def _about(torch: ModuleType, device: str) -> tuple[str, int]:
    if device == "cpu":
        return "CPU", psutil.virtual_memory().total
    if not torch.cuda.is_available():
        raise UnavailableError(
            "torch sees no such device: look at nvidia-smi -L, and that torch was installed for"
            " CUDA and not for the CPU alone",
            dependency="workers",
        )
    about = torch.cuda.get_device_properties(device)
    return str(about.name), int(about.total_memory)


async def _try(
    case: Case, registry: BackendRegistry, torch: ModuleType, device: str, dtype: str
) -> KindReport:
    with tempfile.TemporaryDirectory(prefix="samovar-tiny-") as home:
        folder = Path(home) / "model"
        shelf = Shelf(memory=None, idle_s=_IDLE_S, device=device)
        opening = Opening(
            device=device, dtype=dtype, cache_dir=Path(home), api_key=None,
            silence_s=_SILENCE_S, shelf=shelf,
        )  # fmt: skip
        try:
            await asyncio.to_thread(case.build, folder)
            return await _timed(case, f"{case.backend_kind}:{folder}", registry, torch, opening)
        except ServiceError as error:
            return KindReport(kind=case.kind, model=case.model, ok=False, error=str(error))
        except Exception as error:  # noqa: BLE001 - the edge: whatever a device makes of a model
            reason = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
            return KindReport(kind=case.kind, model=case.model, ok=False, error=reason)
        finally:
            await shelf.close()


async def _timed(
    case: Case, setting: str, registry: BackendRegistry, torch: ModuleType, opening: Opening
) -> KindReport:
    job = _Job(case.files())
    memory = _Memory(torch, opening.device)
    begun = time.perf_counter()
    backend = await registry.open(case.kind, setting, opening)
    loaded = time.perf_counter()
    try:
        result: Result = await backend.run(case.payload, job)
        ended = time.perf_counter()
    finally:
        await backend.close()
    used = memory.used()
    error = ""
    if not case.sound(result, job.files):
        error = "the result is none that this job can have"
    elif opening.device != "cpu" and not used:
        error = "it ran, but took no memory of the device"
    return KindReport(
        kind=case.kind, model=case.model, ok=not error, load_s=round(loaded - begun, 3),
        run_s=round(ended - loaded, 3), memory_bytes=used, error=error,
    )  # fmt: skip


class _Memory:
    """What was used since it was made."""

    def __init__(self, torch: ModuleType, device: str) -> None:
        self._torch = torch
        self._device = device
        if device == "cpu":
            self._before = psutil.Process().memory_info().rss
        else:
            torch.cuda.reset_peak_memory_stats(device)
            self._before = torch.cuda.memory_allocated(device)

    def used(self) -> int:
        """Tell the greatest device memory, or how far the process has grown on the CPU."""
        if self._device == "cpu":
            now = psutil.Process().memory_info().rss
        else:
            now = self._torch.cuda.max_memory_allocated(self._device)
        return max(0, now - self._before)


class _Job:
    """``RunningJob`` that nobody watches; its files are in memory."""

    def __init__(self, kept: dict[str, bytes]) -> None:
        self.files = kept
        self._ends_at = time.monotonic() + _DEADLINE_S

    job_id = "doctor"
    priority = Priority.HIGH

    @property
    def left_s(self) -> float:
        return self._ends_at - time.monotonic()

    def show_text(self, text: str) -> None:
        pass

    def show_progress(self, done: float, preview: Blob | None = None) -> None:
        pass

    async def fetch(self, blob: Blob) -> bytes:
        if blob.key not in self.files:
            raise ModelError("what the job is about is not kept any more")
        return self.files[blob.key]

    async def keep(self, data: bytes, media_type: str) -> Blob:
        key = secrets.token_hex(8)
        self.files[key] = data
        return Blob(key=key, media_type=media_type, size=len(data))
