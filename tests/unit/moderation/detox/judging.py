"""A judge that knows some words, and parts that were learnt from some pairs."""

from collections.abc import Collection

from services.adapters.detox.pairs import Pair
from services.adapters.detox.training import aligned, learn_dictionary, train_editing
from services.moderation.detox.rewriting import PackagedDetoxifier
from services.moderation.detox.tokens import tokens
from services.moderation.models import Check, Finding, Label, Severity
from services.moderation.ports import TextJudgement

RUDE = frozenset({"дурак", "дураки", "дураков", "дураку", "чушь", "фигня", "фигню", "гад", "гады"})

PAIRS = tuple(
    Pair(rude, (polite,))
    for rude, polite in (
        ("из-за таких дураков мы страдаем", "из-за таких людей мы страдаем"),
        ("этих дураков не исправить", "этих людей не исправить"),
        ("дураки пишут всякую фигню", "люди пишут всякую ерунду"),
        ("опять пишут фигню", "опять пишут ерунду"),
        ("какая фигня этот фильм", "какая ерунда этот фильм"),
        ("иди домой, гад", "иди домой"),
        ("приходи завтра, гад", "приходи завтра"),
        ("гады опять отключили воду", "опять отключили воду"),
    )
    for _ in range(6)
)


class WordJudge:
    """``TextJudge`` that finds a text rude for each rude word in it."""

    def __init__(self, rude: Collection[str] = RUDE) -> None:
        self.rude = rude

    def judge(self, text: str) -> TextJudgement:
        spans = tuple((each.start, each.end) for each in tokens(text) if each.folded in self.rude)
        finding = Finding(
            check=Check.OBSCENITY, label=Label.TOXIC, score=1.0, severity=Severity.RUDE,
            spans=spans,
        )  # fmt: skip
        toxicity = 1 - 0.5 ** (2 * len(spans))
        return TextJudgement(toxicity=toxicity, spam=0.0, findings=(finding,) if spans else ())


def taught(judge: WordJudge) -> PackagedDetoxifier:
    """Make a detoxifier from the pairs above."""
    alignments = [aligned(pair) for pair in PAIRS]
    dictionary = learn_dictionary(alignments, RUDE.__contains__)
    return PackagedDetoxifier(judge, train_editing(alignments), dictionary)
