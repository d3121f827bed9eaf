"""A follow-up to a question that stands alone, by a language model, with the rules behind it."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import structlog

from services.answering.models import Question, SearchQuery
from services.answering.prompting import as_data, tokens
from services.answering.rewriting import LONGEST_QUERY, QueryRewriter
from services.dialogue.models import DialogueState, Turn
from services.errors import ModelError, UnavailableError
from services.inference.models import CallOptions, PromptMessage
from services.inference.ports import TextRewriter
from services.knowledge.ports import Lemmatizer

log = structlog.get_logger(__name__)

DEADLINE_S: Final = 4.0
"""The person waits for the search; rules are there at once."""
BUDGET_TOKENS: Final = 900
"""The instruction, the question and as much of the dialogue as fits."""
ANSWER_READ: Final = 400
"""Characters of each answer: the topic stands at its beginning."""
STRANGE_SHARE: Final = 0.34
"""Most of the content words that may be in neither the question nor the dialogue."""
_LABEL = re.compile(
    r"^\W*(?:standalone question|the question|question|rewritten(?: question)?|вопрос|"
    r"самостоятельный вопрос|query)\s*:\s*",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(
    r"https?:|www\.|t\.me/|(?<!\w)@\w|(?:^|\s)/[a-z]{2,}|[<>{}`\[\]]", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+")
_QUOTES: Final = " \t\"'«»“”*_"
_SCRIPTS: Final = (re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[\u0600-\u06ff]"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRewriter:
    """``StandaloneRewriter`` that asks a model over the dialogue; what it cannot do the rules do.

    Attributes:
        rules: Asked for every question without a dialogue, and when the model fails, is late, or
            gives what is no rewriting of the question.
        rewriter: The model.
        deadline_s: Seconds that the model has.
    """

    rules: QueryRewriter
    rewriter: TextRewriter
    deadline_s: float = DEADLINE_S

    async def standalone(self, question: Question, state: DialogueState) -> SearchQuery:
        """See ``StandaloneRewriter``."""
        by_rules = await asyncio.to_thread(self.rules.rewrite, question.text, state)
        turns = self.rules.searched(state)
        if not turns or self.rules.repeats(question.text):
            return by_rules
        line = await self._asked(question, turns)
        if line is None:
            return by_rules
        return await asyncio.to_thread(self._judged, line, question.text, turns, by_rules)

    async def _asked(self, question: Question, turns: Sequence[Turn]) -> str | None:
        options = CallOptions(deadline_s=self.deadline_s, fair_share=_chat(question))
        try:
            async with asyncio.timeout(self.deadline_s):
                return await self.rewriter.rewrite(rewrite_prompt(question.text, turns), options)
        except (UnavailableError, ModelError) as error:
            log.warning("rewritten_by_rules", code=error.code)
        except TimeoutError:
            log.warning("rewritten_by_rules", code="deadline")
        return None

    def _judged(
        self, line: str, question: str, turns: Sequence[Turn], by_rules: SearchQuery
    ) -> SearchQuery:
        text = checked(line, question, turns, self.rules.lemmatizer)
        if text is None:
            log.warning("rewritten_by_rules", code="no_rewriting")
            return by_rules
        return self.rules.query(question, text, tuple(turns))


def _chat(question: Question) -> str:
    return str(question.dialogue.chat_id)


def rewrite_prompt(question: str, turns: Sequence[Turn]) -> tuple[PromptMessage, ...]:
    """Build the messages: the instruction, the latest turns as data, the question as data."""
    system, frame = _template("rewrite_system.txt"), _template("rewrite_user.txt")
    asked = as_data(" ".join(question.split()))[:LONGEST_QUERY]
    left = BUDGET_TOKENS - tokens(system) - tokens(frame) - tokens(asked)
    lines: list[str] = []
    for turn in reversed(turns):
        line = f"Q: {_line(turn.question)[:LONGEST_QUERY]}\nA: {_line(turn.answer)[:ANSWER_READ]}"
        left -= tokens(line)
        if left < 0:
            break
        lines.insert(0, line)
    user = frame.format(dialogue="\n".join(lines), question=asked)
    return (PromptMessage(role="system", content=system), PromptMessage(role="user", content=user))


def checked(line: str, question: str, turns: Sequence[Turn], lemmatizer: Lemmatizer) -> str | None:
    """Give the model's line if it is a rewriting of the question; None for anything else.

    It is one line of no more than a query's length, in the script of the question, without links,
    commands, markup and numbers that nobody has said, and of words that mostly were said, at
    least one of them in the question unless that has none.
    """
    said = line.strip()
    text = _LABEL.sub("", said).strip(_QUOTES)
    if not text or "\n" in said or len(text) > max(LONGEST_QUERY, len(question)):
        return None
    before = " ".join(f"{turn.question} {turn.query} {turn.answer}" for turn in turns)
    if _FORBIDDEN.search(text) or set(_NUMBER.findall(text)) - set(
        _NUMBER.findall(f"{question} {before}")
    ):
        return None
    if _script(text) != _script(question):
        return None
    own = set(lemmatizer.content_lemmas(question))
    known = own | set(lemmatizer.content_lemmas(before))
    new = set(lemmatizer.content_lemmas(text))
    strange = len(new - known) / len(new) if new else 1.0
    return text if strange <= STRANGE_SHARE and (not own or own & new) else None


def _script(text: str) -> int:
    """Tell Cyrillic and Persian from the rest: any letter of them decides."""
    return next((n for n, rule in enumerate(_SCRIPTS) if rule.search(text)), len(_SCRIPTS))


def _line(text: str) -> str:
    return as_data(" ".join(text.split()))


@cache
def _template(name: str) -> str:
    return files("services.answering").joinpath("prompts", name).read_text("utf-8").strip()
