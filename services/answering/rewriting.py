"""A follow-up to a question that stands alone, by rules with morphology."""

import re
from dataclasses import dataclass
from typing import Final, Protocol

from services.answering.deciding import without_greeting
from services.answering.languages import language_of
from services.answering.models import Decision, SearchQuery
from services.answering.rewriting_en import EnglishRules
from services.answering.rewriting_fa import PersianRules
from services.answering.rewriting_ru import RussianRules
from services.dialogue.models import DialogueState, Turn
from services.knowledge.ports import Lemmatizer

LONGEST_QUERY: Final = 300
"""Characters; a rewriting that grows beyond it carries more of the past than it should."""
TURNS_LOOKED_AT: Final = 3
_ACCEPTING = re.compile(
    r"^\W*(?:да+|ага|угу|давай(?:те)?|конечно|хочу|покажи(?:те)?|хорошо,? давай|"
    r"да,? (?:давай|покажи|хочу|пожалуйста|конечно)|"
    r"yes|yeah|yep|sure|of course|please do|yes,? please|go ahead|show me|"
    r"بله|آره|حتما)\W*$",
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
_INTERJECTION = re.compile(
    r"^(?:спасибо|хорошо|ок(?:ей)?|понятно|ясно|ага|отлично|супер|ладно|так|thanks|ok(?:ay)?|great|"
    r"cool|got it)[,.!\s]+(?=\S)",
    re.IGNORECASE,
)
EXCLUDED_WORDS: Final = 3
"""Content words after "без" that may name what is excluded; the first noun phrase."""


def accepts_offer(question: str, state: DialogueState) -> bool:
    """Tell whether the person says yes to the nearest passages that an abstention offered."""
    turns = [turn for turn in state.turns if turn.decision == Decision.SOURCES]
    return bool(turns) and turns[-1].abstained and _ACCEPTING.match(question) is not None


_CONNECTIVE = re.compile(r"^(?:ну )?(?:а|и|но|and|but|so|و)\s", re.IGNORECASE)


class Rules(Protocol):
    """Follow-ups of one language."""

    def standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        """Give the question with what it leaves out taken from earlier turns, oldest first."""
        ...


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
        own = _INTERJECTION.sub("", without_greeting(" ".join(question.split())))
        turns = tuple(t for t in state.turns if t.decision == Decision.SOURCES)[-TURNS_LOOKED_AT:]
        text = self._standalone(own, turns) if turns else own
        if not text or len(text) > max(LONGEST_QUERY, len(own)):
            text = own
        carried = self._carried(own, text)
        return SearchQuery(
            text=text,
            excluded=self._excluded(text),
            carried=carried,
            continues=bool(turns) and (bool(carried) or _CONNECTIVE.match(own) is not None),
        )

    def _standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        if _ACCEPTING.match(question) or _AGAIN.match(question):
            return turns[-1].query
        return RULES[_rules_for(question)].standalone(question, turns)

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


def _rules_for(question: str) -> str:
    """Any Cyrillic makes a follow-up Russian: "а /export?" has one such letter."""
    if re.search(r"[а-яё]", question, re.IGNORECASE):
        return "ru"
    return language_of(question, "en")


RULES: Final[dict[str, Rules]] = {
    "ru": RussianRules(), "en": EnglishRules(), "fa": PersianRules(),
}  # fmt: skip
