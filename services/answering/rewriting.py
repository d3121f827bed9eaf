"""A follow-up to a question that stands alone, by rules with morphology."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final, Protocol

from services.answering.background import background_of
from services.answering.corrections import Correction, correction
from services.answering.languages import language_of
from services.answering.models import Decision, Question, SearchQuery
from services.answering.openings import without_greeting, without_interjection
from services.answering.ordinals import pointed
from services.answering.returning import returned
from services.answering.rewriting_en import EnglishRules
from services.answering.rewriting_fa import PersianRules
from services.answering.rewriting_ru import RussianRules
from services.answering.web_wish import web_wish
from services.dialogue.models import DialogueState, Turn
from services.knowledge.ports import Lemmatizer

LONGEST_QUERY: Final = 300
"""Characters; a rewriting that grows beyond it carries more of the past than it should."""
TURNS_LOOKED_AT: Final = 16
_ACCEPTING = re.compile(
    r"^\W*(?:(?:да+|ага|угу|ну|ок(?:ей)?|хорошо|ладно|давай(?:те)?|конечно|хочу|покажи(?:те)?|"
    r"пожалуйста|валяй(?:те)?|можно|интересно|посмотрим|расскажи(?:те)?|их|это)[,.! ]*)+\W*$|"
    r"^\W*(?:(?:yes|yeah|yep|yup|sure|of course|please(?: do)?|go ahead|show (?:me|them)|ok(?:ay)?|"
    r"let's see|why not|i would|i do)[,.! ]*)+\W*$|"
    r"^\W*(?:(?:بله|آره|حتما|لطفا|باشه|نشان بده|نشون بده)[،.! ]*)+\W*$",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"^\W*(?:а |и |ну )?(?:(?:можно |расскажи |а )?(?:по)?подробнее|короче|покороче|ещ[её]|"
    r"ещ[её] раз|повтори(?:те)?|продолж(?:ай|и)|дальше|расскажи ещ[её]|что ещ[её]|"
    r"(?:tell me )?more|more details|shorter|again|repeat|continue|go on|in more detail|"
    r"بیشتر|بیشتر توضیح بده|دوباره|کوتاه تر)\W*$",
    re.IGNORECASE,
)
_EXCLUSION: Final = {
    "ru": re.compile(
        r"\b(?:без|кроме|не используя|не считая)\s+(.+?)(?=\s+без\b|[,.?!;]|$)", re.IGNORECASE
    ),
    "en": re.compile(
        r"\b(?:without|except|free of)\s+(.+?)(?=\s+without\b|[,.?!;]|$)", re.IGNORECASE
    ),
    "fa": re.compile(r"\b(?:بدون|به جز)\s+(.+?)(?=\s+بدون\b|[,.?!؟؛]|$)"),
}
EXCLUDED_WORDS: Final = 3
"""Content words after "без" that may name what is excluded; the first noun phrase."""


def accepts_offer(question: str, state: DialogueState) -> bool:
    """Tell whether the person says yes to the nearest passages that an abstention offered."""
    turns = [turn for turn in state.turns if turn.decision == Decision.SOURCES]
    return bool(turns) and turns[-1].abstained and _ACCEPTING.match(question) is not None


_SEARCHED: Final = frozenset({Decision.SOURCES, Decision.WEB})
_ELLIPSIS: Final = {"ru": "а", "en": "what about", "fa": "و"}
_CONNECTIVE = re.compile(r"^(?:ну )?(?:а|и|но|and|but|so|و)\s", re.IGNORECASE)


class Rules(Protocol):
    """Follow-ups of one language."""

    def standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        """Give the question with what it leaves out taken from earlier turns, oldest first."""
        ...


def _own(question: str, turns: tuple[Turn, ...]) -> str:
    """What the person asks, without the greeting and the wish for the internet around it."""
    own = without_interjection(without_greeting(" ".join(question.split())))
    wish = web_wish(own)
    if wish is None:
        return own
    return wish or (turns[-1].query if turns else own)


@dataclass(frozen=True, kw_only=True)
class QueryRewriter:
    """Resolves follow-ups; a question that stands alone is left as it is."""

    lemmatizer: Lemmatizer

    def rewrite(self, question: str, state: DialogueState) -> SearchQuery:
        """Make a question stand alone. CPU work of about a millisecond; never fails.

        Args:
            question: As typed.
            state: Earlier turns; only those answered from the sources count.

        Returns:
            The query; ``carried`` is empty when nothing was taken from earlier turns.
        """
        turns = self.searched(state)
        own = _own(question, turns)
        text = self._standalone(own, turns) if turns else own
        return self.query(question, text, turns)

    @staticmethod
    def searched(state: DialogueState) -> tuple[Turn, ...]:
        """Give the turns that a follow-up may go on from: the latest that were searched for."""
        return tuple(t for t in state.turns if t.decision in _SEARCHED)[-TURNS_LOOKED_AT:]

    @staticmethod
    def repeats(question: str) -> bool:
        """Tell whether it is only "yes" or "more": what was asked before is then asked again."""
        return bool(_ACCEPTING.match(question) or _AGAIN.match(question))

    def query(self, question: str, text: str, turns: tuple[Turn, ...]) -> SearchQuery:
        """Describe a rewriting; a text that is empty or has grown too long is left."""
        own = _own(question, turns)
        if not text or len(text) > max(LONGEST_QUERY, len(own)):
            text = own
        carried = self._carried(own, text)
        background = background_of(turns)
        return SearchQuery(
            text=text,
            excluded=self._excluded(text),
            carried=carried,
            background=background,
            background_lemmas=tuple(self.lemmatizer.content_lemmas(background)),
            continues=bool(turns) and (bool(carried) or _CONNECTIVE.match(own) is not None),
        )

    def _standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        if self.repeats(question):
            return turns[-1].query
        back = returned(question, turns, self.lemmatizer)
        if back is not None:
            question, turns = back
        fixed = correction(question)
        if fixed is not None:
            return self._corrected(fixed, turns)
        asked = pointed(question, turns) or question
        return RULES[_rules_for(asked)].standalone(asked, turns)

    @staticmethod
    def _corrected(fixed: Correction, turns: tuple[Turn, ...]) -> str:
        """Ask the question before about what was meant, as an ellipsis would."""
        language = _rules_for(fixed.right)
        return RULES[language].standalone(f"{_ELLIPSIS[language]} {fixed.right}", turns)

    def _carried(self, question: str, text: str) -> tuple[str, ...]:
        own = set(self.lemmatizer.content_lemmas(question))
        return tuple(
            dict.fromkeys(
                lemma for lemma in self.lemmatizer.content_lemmas(text) if lemma not in own
            )
        )

    def _excluded(self, text: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name, rule in _EXCLUSION.items():
            for match in rule.finditer(text):
                found.update(dict.fromkeys(self._named(match[1], name)))
        return tuple(found)

    def _named(self, after: str, language: str) -> list[str]:
        if language == "ru":
            return self.lemmatizer.content_lemmas(" ".join(RussianRules.first_nouns(after)))
        return self.lemmatizer.content_lemmas(" ".join(after.split()[:EXCLUDED_WORDS]))[:1]


@dataclass(frozen=True, slots=True)
class RuleRewriter:
    """Resolves follow-ups by rules, off the event loop."""

    rules: QueryRewriter

    async def standalone(self, question: Question, state: DialogueState) -> SearchQuery:
        """See ``StandaloneRewriter``."""
        return await asyncio.to_thread(self.rules.rewrite, question.text, state)


def _rules_for(question: str) -> str:
    """Any Cyrillic makes a follow-up Russian: "а /export?" has one such letter."""
    if re.search(r"[а-яё]", question, re.IGNORECASE):
        return "ru"
    return language_of(question, "en")


RULES: Final[dict[str, Rules]] = {
    "ru": RussianRules(), "en": EnglishRules(), "fa": PersianRules(),
}  # fmt: skip
