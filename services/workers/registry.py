from services.inference.kinds import JobKind
from services.workers.backends import BackendRegistry
from services.workers.hub.detox import open_detoxifier
from services.workers.hub.diffusion import open_illustrator
from services.workers.hub.recognition import open_recognizer
from services.workers.hub.seq2seq import open_translator
from services.workers.hub.voice import open_voice
from services.workers.openai import register_openai
from services.workers.packaged.encoder import open_packaged_encoder
from services.workers.packaged.extractive import open_extractive


def default_registry() -> BackendRegistry:
    """Register every backend that Samovar comes with."""
    registry = BackendRegistry()
    registry.add(JobKind.EMBED, "packaged", open_packaged_encoder)
    registry.add(JobKind.GENERATE, "packaged", open_extractive)
    register_openai(registry)
    registry.add(JobKind.DETOX, "transformers", open_detoxifier)
    registry.add(JobKind.DRAW, "diffusers", open_illustrator)
    registry.add(JobKind.TRANSLATE, "transformers", open_translator)
    registry.add(JobKind.TRANSCRIBE, "transformers", open_recognizer)
    registry.add(JobKind.SPEAK, "transformers", open_voice)
    return registry
