"""A real worker process whose encoder does nothing, for the queue benchmark."""

from collections.abc import Sequence

import numpy as np
import uvloop
from numpy.typing import NDArray

from bot.logs import configure_logs
from bot.settings import Settings
from bot.worker import serve
from services.inference.models import EmbedRole, Priority
from services.inference.protocol import JobKind
from services.workers.backends import BackendRegistry


class NoopEmbedder:
    """Answers every text with a vector of one number."""

    async def embed(
        self, texts: Sequence[str], *, role: EmbedRole, priority: Priority
    ) -> NDArray[np.float32]:
        """See ``EmbedBackend.embed``."""
        del role, priority
        return np.ones((len(texts), 1), dtype=np.float32)

    async def close(self) -> None:
        """Nothing is held."""


async def _noop(_name: str) -> NoopEmbedder:
    return NoopEmbedder()


def main() -> None:
    """Serve embedding jobs until SIGTERM."""
    settings = Settings()
    configure_logs(settings.log_level)
    registry = BackendRegistry()
    registry.add_embed("noop", _noop)
    uvloop.run(serve(settings, device="cpu", serves=[JobKind.EMBED], registry=registry))


if __name__ == "__main__":
    main()
