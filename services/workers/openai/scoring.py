import msgspec

from services.inference.kinds import ScorePayload, ScoreResult
from services.workers.backends import Opening, RunningJob
from services.workers.openai.client import OpenAIClient
from services.workers.openai.ordering import in_order


class _Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Without ``truncate_prompt_tokens``, which is vLLM's, vLLM refuses long texts."""

    model: str
    query: str
    documents: tuple[str, ...]
    top_n: int
    truncate_prompt_tokens: int | None = None


class _Relevance(msgspec.Struct, frozen=True):
    index: int
    relevance_score: float


class _Answer(msgspec.Struct, frozen=True):
    results: tuple[_Relevance, ...]


async def open_scorer(name: str, opening: Opening) -> "OpenAIScorer":
    """Open ``<model>@<base url>``; see ``OpenAIClient``."""
    return OpenAIScorer(OpenAIClient(name, opening))


class OpenAIScorer:
    """Relevance by ``/rerank``, as vLLM, llama.cpp, Jina and Cohere serve it."""

    def __init__(self, client: OpenAIClient) -> None:
        self._client = client

    async def run(
        self,
        payload: ScorePayload,
        job: RunningJob,  # noqa: ARG002 - nothing of it is needed
    ) -> ScoreResult:
        """See ``Backend.run``."""
        if not payload.texts:
            return ScoreResult(scores=())
        count = len(payload.texts)
        plain = _Request(
            model=self._client.model, query=payload.query, documents=payload.texts, top_n=count
        )
        cut = msgspec.structs.replace(plain, truncate_prompt_tokens=-1)
        answer = await self._client.ask("rerank", cut, plain, answer=_Answer)
        found = ((item.index, item.relevance_score) for item in answer.results)
        return ScoreResult(scores=in_order(found, count))

    async def close(self) -> None:
        """See ``Backend.close``."""
        await self._client.close()
