"""A real worker process whose encoder does nothing, for the queue benchmark."""

import numpy as np
import uvloop

from bot.logs import configure_logs
from bot.settings import Settings
from bot.worker import serve
from services.inference.kinds import EmbedPayload, EmbedResult, JobKind
from services.inference.protocol import pack_vectors
from services.workers.backends import BackendRegistry, Opening, RunningJob


class NoopEmbedder:
    """Answers every text with a vector of one number."""

    async def run(self, payload: EmbedPayload, job: RunningJob) -> EmbedResult:
        """See ``Backend.run``."""
        del job
        return pack_vectors(np.ones((len(payload.texts), 1), dtype=np.float32))

    async def close(self) -> None:
        """Nothing is held."""


async def _noop(_name: str, _opening: Opening) -> NoopEmbedder:
    return NoopEmbedder()


def main() -> None:
    """Serve embedding jobs until SIGTERM."""
    settings = Settings()
    configure_logs(settings.log_level)
    registry = BackendRegistry()
    registry.add(JobKind.EMBED, "noop", _noop)
    uvloop.run(serve(settings, device="cpu", serves=[JobKind.EMBED], registry=registry))


if __name__ == "__main__":
    main()
