"""Backends behind HTTP servers that speak as OpenAI's does: vLLM, llama.cpp, OpenAI itself, ..."""

from services.inference.kinds import JobKind
from services.workers.backends import BackendRegistry
from services.workers.openai.chat import open_chat
from services.workers.openai.describing import open_describer
from services.workers.openai.drawing import open_illustrator
from services.workers.openai.embedding import open_embedder
from services.workers.openai.entailing import open_entailer
from services.workers.openai.hearing import open_recognizer
from services.workers.openai.scoring import open_scorer
from services.workers.openai.speaking import open_speaker
from services.workers.openai.toxicity import open_toxicity_judge
from services.workers.openai.writing import open_detoxifier, open_rewriter, open_translator

KIND = "openai"


def register_openai(registry: BackendRegistry) -> None:
    """Let each kind of jobs be done by such a server."""
    registry.add(JobKind.EMBED, KIND, open_embedder)
    registry.add(JobKind.GENERATE, KIND, open_chat)
    registry.add(JobKind.REWRITE, KIND, open_rewriter)
    registry.add(JobKind.SCORE, KIND, open_scorer)
    registry.add(JobKind.ENTAIL, KIND, open_entailer)
    registry.add(JobKind.TOXICITY, KIND, open_toxicity_judge)
    registry.add(JobKind.DETOX, KIND, open_detoxifier)
    registry.add(JobKind.DRAW, KIND, open_illustrator)
    registry.add(JobKind.DESCRIBE, KIND, open_describer)
    registry.add(JobKind.TRANSCRIBE, KIND, open_recognizer)
    registry.add(JobKind.SPEAK, KIND, open_speaker)
    registry.add(JobKind.TRANSLATE, KIND, open_translator)
