"""What a try of all kinds of jobs on a device found; no torch."""

import msgspec

from services.inference.kinds import JobKind


class KindReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a tiny job went.

    Attributes:
        kind: Of the job.
        model: What did it, such as ``transformers: seq2seq``.
        ok: Whether it ended in a result that can be one.
        load_s: Seconds to load the model and run it once.
        run_s: Seconds of the job.
        memory_bytes: Greatest device memory meanwhile; on the CPU, growth of the process.
        error: Why there was no result.
    """

    kind: JobKind
    model: str
    ok: bool
    load_s: float = 0.0
    run_s: float = 0.0
    memory_bytes: int = 0
    error: str = ""


class DeviceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a device can do.

    Attributes:
        device: As it was asked for.
        name: As torch calls it.
        memory_bytes: All that it has.
        torch: Version of torch.
        dtype: Number format as set; ``auto`` is as stored on a GPU and float32 on the CPU.
        kinds: One for each tiny model.
        error: Why nothing was tried; empty when something was.
    """

    device: str
    name: str = ""
    memory_bytes: int = 0
    torch: str = ""
    dtype: str = "auto"
    kinds: tuple[KindReport, ...] = ()
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything went well."""
        return not self.error and all(kind.ok for kind in self.kinds)
