"""A real worker process that encodes each job by itself, for the batching benchmark."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import uvloop

from bot.logs import configure_logs
from bot.settings import Settings
from bot.worker import serve
from services.inference.kinds import EmbedPayload, EmbedResult, JobKind
from services.inference.models import EmbedRole
from services.inference.protocol import pack_vectors
from services.workers.backends import BackendRegistry, Opening, RunningJob
from services.workers.packaged.encoder import Engine, fastest_engine


class DirectEmbedder:
    """Hands each job to the engine, one after the other, in one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(max_workers=1)

    async def run(self, payload: EmbedPayload, job: RunningJob) -> EmbedResult:
        """See ``Backend.run``."""
        del job
        is_query = payload.role is EmbedRole.QUERY
        vectors = await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: self._engine.encode(payload.texts, is_query=is_query)
        )
        return pack_vectors(vectors)

    async def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()


async def _open(_name: str, opening: Opening) -> DirectEmbedder:
    return DirectEmbedder(await asyncio.to_thread(fastest_engine, opening.cache_dir))


def main() -> None:
    """Serve embedding jobs until SIGTERM."""
    settings = Settings()
    configure_logs(settings.log_level)
    registry = BackendRegistry()
    registry.add(JobKind.EMBED, "direct", _open)
    uvloop.run(serve(settings, device="cpu", serves=[JobKind.EMBED], registry=registry))


if __name__ == "__main__":
    main()
