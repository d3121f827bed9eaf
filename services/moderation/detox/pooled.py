"""Polite forms by the model pool, under guard; else the packaged way."""

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from services.errors import ModelError, UnavailableError
from services.inference.kinds import RudeText
from services.inference.models import CallOptions
from services.inference.ports import Detoxifier as Pool
from services.moderation.detox.guarding import Guard
from services.moderation.detox.models import DetoxResult
from services.moderation.detox.ports import Detoxifier
from services.moderation.detox.tokens import is_russian, tokens
from services.moderation.ports import TextJudge, TextJudgement


@dataclass(frozen=True, slots=True)
class PooledDetoxifier:
    """``Detoxifier`` that asks a model first.

    What the model writes is offered only when the guard admits it; a model that is busy, down,
    failing or refused leaves it to ``packaged``.
    """

    pool: Pool
    packaged: Detoxifier
    judge: TextJudge
    options: CallOptions = field(default_factory=CallOptions)

    async def detoxify(self, text: str) -> DetoxResult | None:
        """See ``Detoxifier.detoxify``."""
        local = await self.packaged.detoxify(text)
        if local is not None and not local.changed_spans:
            return local
        polite = await self._by_model(text, self.judge.judge(text), local)
        if polite is None or not Guard(self.judge).admits(text, polite):
            return local
        return DetoxResult(
            text=polite, changed_spans=_changed(text, polite),
            toxicity_before=self.judge.judge(text).toxicity,
            toxicity_after=self.judge.judge(polite).toxicity,
        )  # fmt: skip

    async def _by_model(
        self, text: str, judged: TextJudgement, local: DetoxResult | None
    ) -> str | None:
        spans = {span for finding in judged.findings for span in finding.spans}
        if local is not None:
            spans.update(local.changed_spans)
        rude = RudeText(text=text, spans=tuple(sorted(_apart(spans))))
        try:
            (polite,) = await self.pool.detoxify(
                [rude], "ru" if is_russian(text) else "en", self.options
            )
        except (UnavailableError, ModelError, ValueError):
            return None
        return polite.strip()


def _apart(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _changed(text: str, polite: str) -> tuple[tuple[int, int], ...]:
    """Tell which words of a text a polite form does not have in their place."""
    ours, theirs = tokens(text), tokens(polite)
    matcher = SequenceMatcher(
        None, [each.folded for each in ours], [each.folded for each in theirs], autojunk=False
    )
    return tuple(
        (ours[begin].start, ours[end - 1].end)
        for kind, begin, end, _, _ in matcher.get_opcodes()
        if kind in {"delete", "replace"}
    )
