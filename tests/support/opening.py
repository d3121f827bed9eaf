from pathlib import Path

from services.workers.backends import Opening
from services.workers.shelf import Shelf


def opening(
    cache_dir: Path = Path("/nonexistent"), *, device: str = "cpu", dtype: str = "float32",
    api_key: str | None = None, silence_s: float = 10.0, shelf: Shelf | None = None,
) -> Opening:  # fmt: skip
    """Write what a backend is opened with."""
    return Opening(
        device=device,
        dtype=dtype,
        cache_dir=cache_dir,
        api_key=api_key,
        silence_s=silence_s,
        shelf=shelf or Shelf(memory=None, idle_s=600.0),
    )
