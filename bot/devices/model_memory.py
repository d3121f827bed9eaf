"""How much memory the models behind the settings need, as far as their files tell."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import msgspec
import structlog

from bot.devices.filling import Need
from bot.devices.placement import NUMBER
from bot.settings import Settings
from services.errors import ServiceError
from services.inference.kinds import JobKind
from services.workers.backends import chain_of, without_address
from services.workers.hub.entail_labels import name_and_labels
from services.workers.hub.files import describe
from services.workers.hub.pipeline_files import describe_pipeline
from services.workers.hub.tokens import cache_size

log = structlog.get_logger(__name__)

_GB: Final = 10**9
# For a model whose files are not on this machine yet.
_ASSUMED: Final = 8 * _GB
# Beside its weights a model holds what it computes with.
_WORKING_SHARE: Final = 1.2
_COMPUTES_HERE: Final = ("transformers", "diffusers")
# These two ask the same of a model, so one copy does for both.
_SHARED: Final = frozenset({JobKind.GENERATE, JobKind.REWRITE})
_BYTES: Final = {"float32": 4, "bfloat16": 2, "float16": 2}


def needs_of(
    settings: Settings, kinds: Sequence[JobKind], *, on_cpu: bool
) -> tuple[list[Need], list[str]]:
    """Tell what each kind needs.

    Args:
        settings: Backends, number format, and what the owner says of memory.
        kinds: Those to serve.
        on_cpu: There is no GPU, where models take other number formats.

    Returns:
        The needs, and a sentence for each model whose size had to be assumed.
    """
    needs, notes = [], []
    for kind in kinds:
        parts = chain_of(settings.backends(kind))
        here = [part for part in parts if part.partition(":")[0] in _COMPUTES_HERE]
        models, assumed = _models(kind, here, on_cpu=on_cpu, dtype=settings.model_dtype)
        if (said := settings.kind_memory_gb.get(kind)) is not None:
            models, assumed = {str(kind): round(said * _GB)} if here else {}, []
        notes += [
            f"the size of {without_address(name)} is not known here, {_ASSUMED // _GB} GB are"
            f" assumed; say it with SAMOVAR_KIND_MEMORY_GB={kind}=..."
            for name in assumed
        ]
        need = Need(
            kind=kind, backends=",".join(parts), models=models,
            on_device=bool(here) or NUMBER in settings.backends(kind),
            without=",".join(part for part in parts if part not in here),
        )  # fmt: skip
        needs.append(need)
    return needs, notes


def _models(
    kind: JobKind, backends: Sequence[str], *, on_cpu: bool, dtype: str
) -> tuple[dict[str, int], list[str]]:
    models, assumed = {}, []
    for backend in backends:
        size = model_bytes(kind, backend, on_cpu=on_cpu, dtype=dtype)
        if size is None:
            assumed.append(backend)
        key = backend if kind in _SHARED else f"{backend} for {kind}"
        models[key] = _ASSUMED if size is None else size
    return models, assumed


def model_bytes(kind: JobKind, backend: str, *, on_cpu: bool, dtype: str) -> int | None:
    """Measure a model by the headers of its files; nothing is fetched or loaded.

    Args:
        kind: What it does.
        backend: ``transformers:...`` or ``diffusers:...``, a folder or a hub id.
        on_cpu: It does it on the CPU.
        dtype: ``float32``, ``bfloat16``, ``float16``, or ``auto``: float32 on the CPU, as it is
            stored on a GPU.

    Returns:
        Bytes with what it computes with; None when its files are not here or cannot be read.
    """
    library, _, name = backend.partition(":")
    folder = _folder(name_and_labels(name)[0] if kind is JobKind.ENTAIL else name)
    if folder is None:
        return None
    try:
        files = (describe if library == "transformers" else describe_pipeline)(str(folder))
    except ServiceError as error:
        # The worker says the same again when it is to load the model.
        log.warning("model_not_measured", reason=str(error))
        return None
    if dtype == "auto":
        dtype = "float32" if on_cpu else files.stored_dtype
    device = "cpu" if on_cpu else "cuda:0"
    cache = _cache_bytes(folder, device, dtype) if kind in _SHARED else 0
    return round(files.bytes_in(dtype) * _WORKING_SHARE) + cache


def _cache_bytes(folder: Path, device: str, dtype: str) -> int:
    """Tell what the texts that are being written take beside the weights."""
    config = msgspec.json.decode((folder / "config.json").read_bytes(), type=dict[str, Any])
    text = SimpleNamespace(**(config.get("text_config") or config))
    text.get_text_config = lambda: text
    try:
        return cache_size(text, device=device, width=_BYTES[dtype]).bytes
    except (AttributeError, TypeError):
        # Older families have names of their own for these numbers, or none.
        return 0


def _folder(name: str) -> Path | None:
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - it comes by an extra
    except ImportError:
        return None
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):
        return None
