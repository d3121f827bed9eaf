from services.inference.kinds import JobKind
from services.workers.backends import BackendRegistry
from services.workers.hub.causal import open_causal_generator, open_causal_rewriter
from services.workers.hub.classifier import open_classifier
from services.workers.hub.cross_encoder import open_cross_encoder
from services.workers.hub.detox import open_detoxifier
from services.workers.hub.diffusion import open_illustrator
from services.workers.hub.encoder import open_encoder
from services.workers.hub.entailment import open_entailer
from services.workers.hub.recognition import open_recognizer
from services.workers.hub.seq2seq import open_translator
from services.workers.hub.vision import open_describer
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
    registry.add(JobKind.GENERATE, "transformers", open_causal_generator)
    registry.add(JobKind.REWRITE, "transformers", open_causal_rewriter)
    registry.add(JobKind.EMBED, "transformers", open_encoder)
    registry.add(JobKind.SCORE, "transformers", open_cross_encoder)
    registry.add(JobKind.ENTAIL, "transformers", open_entailer)
    registry.add(JobKind.TOXICITY, "transformers", open_classifier)
    registry.add(JobKind.DESCRIBE, "transformers", open_describer)
    registry.add(JobKind.DETOX, "transformers", open_detoxifier)
    registry.add(JobKind.DRAW, "diffusers", open_illustrator)
    registry.add(JobKind.TRANSLATE, "transformers", open_translator)
    registry.add(JobKind.TRANSCRIBE, "transformers", open_recognizer)
    registry.add(JobKind.SPEAK, "transformers", open_voice)
    return registry
