"""What a judge of citations adds to the rules, and what it may not overrule."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.answering.citations import Verifier, verify
from services.answering.entailing import (
    LONGEST_PREMISE,
    JudgedVerifier,
    ModelEntailmentJudge,
    premise,
)
from services.errors import ModelError, ServiceError, UnavailableError
from services.inference.kinds import Entailment, TextPair
from services.inference.models import CallOptions
from tests.unit.answering.evidence_builder import LEMMATIZER, passage, sentences

BAKERY = passage(
    1,
    "Пекарня «Колос» открылась на улице Мира в марте 2012 года. Хлеб пекут дважды в день, в шесть "
    "утра и в три часа дня. Хозяйка Тамара Зимина не использует дрожжи. Буханка весит 750 граммов "
    "и стоит 95 рублей.",
)
MUSEUM = passage(
    2, "В музее хлеба на улице Садовой хранятся старинные печи. По понедельникам там выходной."
)
EVIDENCE = (BAKERY, MUSEUM)
YES = Entailment(entail=0.95, neutral=0.04, contradict=0.01)
MAYBE = Entailment(entail=0.3, neutral=0.6, contradict=0.1)
NO = Entailment(entail=0.01, neutral=0.04, contradict=0.95)
LOOSE = "Заведение торгует выпечкой собственного изготовления [1]."
"""Nothing to object to, but too few words are the passage's."""


class Judge:
    """``EntailmentJudge`` that says what it is told to, and keeps what it was asked."""

    def __init__(self, *said: Entailment | None) -> None:
        self._said = list(said)
        self.asked: list[list[TextPair]] = []

    async def judge(self, pairs: Sequence[TextPair]) -> tuple[Entailment, ...] | None:
        self.asked.append(list(pairs))
        said = self._said[: len(pairs)]
        del self._said[: len(pairs)]
        judged = [one for one in said if one is not None]
        assert None in said or len(judged) == len(pairs), "asked more than was foreseen"
        return None if None in said else tuple(judged)


async def shown(text: str, *said: Entailment | None) -> tuple[str, Judge]:
    judge = Judge(*said)
    verifier = Verifier(EVIDENCE, sentences(EVIDENCE), LEMMATIZER)
    return (await JudgedVerifier(verifier, judge)(text)).text, judge


def by_rules(text: str) -> str:
    return verify(text, EVIDENCE, sentences(EVIDENCE), LEMMATIZER).text


async def test_a_paraphrase_of_which_few_words_are_shared_stays_when_it_is_entailed() -> None:
    assert not by_rules(LOOSE)
    text, judge = await shown(LOOSE, YES, MAYBE)
    assert text == LOOSE
    assert judge.asked[0][0].hypothesis == LOOSE.replace(" [1]", "")


@pytest.mark.parametrize("doubt", [MAYBE, NO, Entailment(
    entail=0.79, neutral=0.21, contradict=0.0)])  # fmt: skip
async def test_it_goes_when_it_is_not(doubt: Entailment) -> None:
    assert (await shown(LOOSE, doubt, doubt))[0] == ""


TRUE = "Цена буханки весом 0,75 кг — 95 рублей [1]."


@pytest.mark.parametrize(("said", "stays"), [(YES, True), (MAYBE, True), (NO, False)])
async def test_what_the_rules_pass_goes_only_when_it_is_contradicted(
    said: Entailment, *, stays: bool
) -> None:
    assert by_rules(TRUE) == TRUE
    assert (await shown(TRUE, said))[0] == (TRUE if stays else "")


@pytest.mark.parametrize(
    "false",
    [
        "Буханка весит 850 граммов и стоит 95 рублей [1].",
        "Хозяйка Марина Зотова не использует дрожжи [1].",
        "Пекарня «Колос» открылась в апреле 2012 года [1].",
        "Хозяйка Тамара Зимина использует дрожжи [1].",
    ],
)
async def test_a_number_name_date_or_denial_is_not_left_to_the_model(false: str) -> None:
    text, judge = await shown(false, YES, YES)
    assert text == ""
    said = [pair for pairs in judge.asked for pair in pairs]
    assert all("Колос" not in pair.premise for pair in said), "the cited passage is not asked"


async def test_a_quote_asks_nobody() -> None:
    quote = "Хозяйка Тамара Зимина не использует дрожжи [1]."
    text, judge = await shown(quote)
    assert (text, judge.asked) == (quote, [])


async def test_the_right_passage_takes_the_place_of_a_wrong_marker() -> None:
    claim = "Печи прошлых эпох выставлены там для посетителей"
    assert not by_rules(f"{claim} [1].")
    text, _ = await shown(f"{claim} [1].", MAYBE, YES)
    assert text == f"{claim} [2]."
    text, _ = await shown(f"{claim} [1].", YES, YES)
    assert text == f"{claim} [1].", "a cited passage that says it comes first"


async def test_all_new_sentences_are_asked_at_once_and_each_once() -> None:
    judge = Judge(YES, NO)
    check = JudgedVerifier(Verifier(EVIDENCE, sentences(EVIDENCE), LEMMATIZER), judge)
    assert (await check(f"{TRUE} {LOOSE}")).text == TRUE
    assert (await check(f"{TRUE} {LOOSE}")).text == TRUE
    assert [len(pairs) for pairs in judge.asked] == [2]


async def test_the_rules_stand_in_for_a_judge_that_failed_and_is_not_asked_again() -> None:
    judge = Judge(None)
    check = JudgedVerifier(Verifier(EVIDENCE, sentences(EVIDENCE), LEMMATIZER), judge)
    assert (await check(TRUE)).text == TRUE
    assert (await check(f"{TRUE} {LOOSE}")).text == by_rules(f"{TRUE} {LOOSE}") == TRUE
    assert len(judge.asked) == 1


async def test_what_was_judged_before_the_judge_failed_stays_judged() -> None:
    judge = Judge(NO, None)
    check = JudgedVerifier(Verifier(EVIDENCE, sentences(EVIDENCE), LEMMATIZER), judge)
    other = "В пекарне Тамары Зиминой хлеб пекут без дрожжей [1]."
    assert (await check(TRUE)).text == ""
    assert (await check(f"{TRUE} {other}")).text == other


async def test_beside_a_contradiction_only_what_is_entailed_counts() -> None:
    again = replace(BAKERY, passage=replace(BAKERY.passage, title="Справка"))
    evidence = (BAKERY, again)
    both = "Цена буханки весом 0,75 кг — 95 рублей [1][2]."
    for said, left in (((NO, YES), "[2]"), ((NO, MAYBE), ""), ((MAYBE, MAYBE), "[1][2]")):
        judge = Judge(*said)
        check = JudgedVerifier(Verifier(evidence, sentences(evidence), LEMMATIZER), judge)
        assert (await check(both)).text == (both.replace("[1][2]", left) if left else "")


def test_a_premise_is_the_sentences_with_their_neighbours_under_the_title() -> None:
    long = " ".join(f"Предложение номер {n} о хлебе и печах города." for n in range(60))
    evidence = (replace(BAKERY, passage=replace(BAKERY.passage, title="Пекарни")), passage(2, long))
    checks = Verifier(evidence, sentences(evidence), LEMMATIZER).checks
    assert premise(checks[1], [2]) == (
        "Пекарни. Хлеб пекут дважды в день, в шесть утра и в три часа дня. Хозяйка Тамара Зимина не"
        " использует дрожжи. Буханка весит 750 граммов и стоит 95 рублей."
    )
    assert "номер 58" in premise(checks[2], [59])
    assert len(premise(checks[2], range(60))) <= LONGEST_PREMISE
    assert premise(checks[2], range(60)).startswith("Предложение номер 0 ")


class Entailing:
    """``Entailer`` that fails, hangs or answers."""

    def __init__(self, said: Sequence[Entailment] | ServiceError | None) -> None:
        self._said = said
        self.deadline_s = 0.0

    async def entail(
        self, pairs: Sequence[TextPair], options: CallOptions
    ) -> tuple[Entailment, ...]:
        self.deadline_s = options.deadline_s
        if self._said is None:
            await asyncio.Event().wait()
        if isinstance(self._said, ServiceError):
            raise self._said
        return tuple(self._said or ())


@pytest.mark.parametrize(
    "said",
    [
        UnavailableError("down", dependency="workers"),
        ModelError("broke"),
        [YES, YES],
        None,
    ],
)
async def test_a_judge_that_fails_is_late_or_miscounts_says_nothing(
    said: Sequence[Entailment] | ServiceError | None,
) -> None:
    entailer = Entailing(said)
    judge = ModelEntailmentJudge(entailer=entailer, deadline_s=0.01)
    assert await judge.judge([TextPair(premise="чай", hypothesis="чай")]) is None
    assert entailer.deadline_s == 0.01


async def test_a_judge_in_time_is_heard() -> None:
    judge = ModelEntailmentJudge(entailer=Entailing([NO]))
    assert await judge.judge([TextPair(premise="чай", hypothesis="щи")]) == (NO,)
