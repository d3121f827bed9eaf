"""Messages to the tokens of one model: by its chat template, and cut to what it reads."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from services.errors import ModelError
from services.inference.models import PromptMessage
from services.workers.hub.plain_text import PlainText

_SOURCE: Final = re.compile(r'(<source n="\d+"[^>\n]*>\n)(.*?)(\n</source>)', re.DOTALL)
_SPEAKERS: Final = {"user": "User", "assistant": "Assistant"}
_PLAIN_STOPS: Final = ("\nUser:", "\nAssistant:", "\nSystem:")
# The share of the context that is kept for the answer, when the prompt is long.
_ANSWER_SHARE: Final = 4
# Shorter sources say nothing.
_LEAST_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model gets.

    Attributes:
        tokens: To be continued.
        max_tokens: Most tokens of the answer; both together fit into the model's context.
    """

    tokens: list[int]
    max_tokens: int


class Prompter:
    """Makes prompts for one model; may be called from several threads."""

    def __init__(self, tokenizer: Any, *, context: int) -> None:  # noqa: ANN401 - transformers'
        """Take a tokenizer.

        Args:
            tokenizer: Of transformers.
            context: Tokens that the model reads and writes at most.
        """
        self._tokenizer = tokenizer
        # A fast tokenizer refuses a second thread with "already borrowed".
        self._one_at_a_time = threading.Lock()
        self._context = context
        self._chat = bool(tokenizer.chat_template)
        self._plain_text = PlainText(tokenizer)

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts that end an answer: without a template a model goes on with the next question."""
        return () if self._chat else _PLAIN_STOPS

    def prompt(self, messages: Sequence[PromptMessage], max_tokens: int) -> Prompt:
        """Make a prompt; a long one loses the ends of its sources, then its oldest messages.

        Raises:
            ModelError: It does not fit all the same, or nothing is asked for.
        """
        if not messages or max_tokens < 1:
            raise ModelError("there is no message to answer, or no token to answer it with")
        clean = [replace(each, content=self._plain_text(each.content)) for each in messages]
        most = self._context - min(max_tokens, self._context // _ANSWER_SHARE)
        tokens = self._tokens(clean)
        while len(tokens) > most:
            shorter = _shorten(clean, 0.9 * most / len(tokens))
            if shorter is None:
                raise ModelError(
                    f"the prompt has {len(tokens)} tokens, and the model has room for {most}"
                )
            clean, tokens = shorter, self._tokens(shorter)
        return Prompt(tokens=tokens, max_tokens=min(max_tokens, self._context - len(tokens)))

    def decode(self, tokens: Sequence[int]) -> str:
        """Give the text of tokens, without those that only steer the model."""
        with self._one_at_a_time:
            text: str = self._tokenizer.decode(tokens, skip_special_tokens=True)
        return text

    def _tokens(self, messages: Sequence[PromptMessage]) -> list[int]:
        with self._one_at_a_time:
            text = self._chat_text(messages) if self._chat else _plain(messages)
            ids = self._tokenizer(text, add_special_tokens=not self._chat)["input_ids"]
        return list(ids)

    def _chat_text(self, messages: Sequence[PromptMessage]) -> str:
        from jinja2 import TemplateError  # noqa: PLC0415 - comes with torch

        try:
            return self._applied(messages)
        except TemplateError:
            # Some know no system role, or want the roles to take turns.
            one = "\n\n".join(message.content for message in messages)
            try:
                return self._applied([PromptMessage(role="user", content=one)])
            except TemplateError as error:
                raise ModelError("the model's chat template refuses the prompt") from error

    def _applied(self, messages: Sequence[PromptMessage]) -> str:
        text: str = self._tokenizer.apply_chat_template(
            [{"role": message.role, "content": message.content} for message in messages],
            tokenize=False,
            add_generation_prompt=True,
            # Asks those who think aloud not to; the others do not look at it.
            enable_thinking=False,
        )
        return text


def _plain(messages: Sequence[PromptMessage]) -> str:
    parts = [
        f"{_SPEAKERS[message.role]}: {message.content}"
        if message.role in _SPEAKERS
        else f"{message.content}\n"
        for message in messages
    ]
    return "\n".join([*parts, "Assistant:"])


def _shorten(messages: list[PromptMessage], share: float) -> list[PromptMessage] | None:
    """Leave ``share`` of each source, or the oldest messages out; None: all of it is needed."""
    sources = [text for each in messages for _, text, _ in _SOURCE.findall(each.content)]
    if sources:
        if max(map(len, sources)) < _LEAST_CHARACTERS:
            return None
        return [
            replace(message, content=_SOURCE.sub(lambda m: _cut(m, share), message.content))
            for message in messages
        ]
    kept = list(messages)
    # One by one, each of ten thousand would be a new prompt to cut into tokens.
    spare = (1 - share) * sum(len(each.content) for each in messages) / 2
    for each in messages[:-1]:
        if each.role == "system":
            continue
        kept.remove(each)
        spare -= len(each.content)
        if spare <= 0:
            break
    return kept if len(kept) < len(messages) else None


def _cut(source: re.Match[str], share: float) -> str:
    begin, text, end = source.groups()
    kept = text[: int(len(text) * share)]
    return f"{begin}{kept.rpartition(' ')[0] or kept}{end}"
