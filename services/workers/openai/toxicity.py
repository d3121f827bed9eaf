import re
from collections.abc import Mapping
from typing import Final

import msgspec

from services.inference.kinds import ToxicityPayload, ToxicityResult
from services.workers.backends import Opening, RunningJob
from services.workers.openai.client import OpenAIClient, nonsense

# Labels about rudeness itself, in OpenAI's words and in those of common toxicity models. A text
# about violence or illness has labels of its own and is not rude.
_RUDE: Final = frozenset(
    {
        "harassment", "hate", "toxic", "toxicity", "severe", "obscene", "obscenity", "insult",
        "threat", "identity", "profanity", "dangerous",
    }
)  # fmt: skip
_HARMLESS: Final = frozenset({"neutral", "non", "safe", "ok"})
_FIRST_WORD: Final = re.compile(r"[a-z]+")


class _Request(msgspec.Struct, frozen=True, kw_only=True):
    model: str
    input: tuple[str, ...]


class _Judgement(msgspec.Struct, frozen=True):
    category_scores: Mapping[str, float | None]


class _Answer(msgspec.Struct, frozen=True):
    results: tuple[_Judgement, ...]


async def open_toxicity_judge(name: str, opening: Opening) -> "OpenAIToxicityJudge":
    """Open ``<model>@<base url>``; see ``OpenAIClient``."""
    return OpenAIToxicityJudge(OpenAIClient(name, opening))


class OpenAIToxicityJudge:
    """Toxicity by ``/moderations``: the strongest of the labels that mean rudeness.

    Where no label is known to mean it, each does that does not say the opposite.
    """

    def __init__(self, client: OpenAIClient) -> None:
        self._client = client

    async def run(
        self,
        payload: ToxicityPayload,
        job: RunningJob,  # noqa: ARG002 - nothing of it is needed
    ) -> ToxicityResult:
        """See ``Backend.run``."""
        if not payload.texts:
            return ToxicityResult(scores=())
        request = _Request(model=self._client.model, input=payload.texts)
        answer = await self._client.ask("moderations", request, answer=_Answer)
        if len(answer.results) != len(payload.texts):
            raise nonsense("another number of results than it got texts")
        labels = tuple(_scores(judgement) for judgement in answer.results)
        return ToxicityResult(scores=tuple(_rudeness(each) for each in labels), labels=labels)

    async def close(self) -> None:
        """See ``Backend.close``."""
        await self._client.close()


def _scores(judgement: _Judgement) -> Mapping[str, float]:
    scores = {k: v for k, v in judgement.category_scores.items() if v is not None}
    if not scores or not all(0.0 <= score <= 1.0 for score in scores.values()):
        raise nonsense("scores that are no probabilities")
    return scores


def _rudeness(labels: Mapping[str, float]) -> float:
    rude = [score for label, score in labels.items() if _first_word(label) in _RUDE]
    harmful = [score for label, score in labels.items() if _first_word(label) not in _HARMLESS]
    return max(rude or harmful, default=0.0)


def _first_word(label: str) -> str:
    """Take ``harassment`` from ``harassment/threatening`` and ``severe`` from ``severe_toxic``."""
    found = _FIRST_WORD.match(label.lower())
    return found[0] if found else ""
