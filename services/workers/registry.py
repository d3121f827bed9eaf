from pathlib import Path

from services.workers.backends import BackendRegistry
from services.workers.embedding import packaged_embedders
from services.workers.generation import open_packaged_generator
from services.workers.openai_compatible import openai_factory


def default_registry(*, api_key: str | None, silence_s: float, cache_dir: Path) -> BackendRegistry:
    """Register every backend that Samovar comes with.

    Args:
        api_key: For ``openai:`` backends.
        silence_s: Longest silence of an ``openai:`` server in seconds.
        cache_dir: For what is made from packaged weights; may be deleted at any time.
    """
    registry = BackendRegistry()
    registry.add_embed("packaged", packaged_embedders(cache_dir))
    registry.add_generate("packaged", open_packaged_generator)
    registry.add_generate("openai", openai_factory(api_key=api_key, timeout_s=silence_s))
    return registry
