import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.moderation.detox.rewriting import PackagedDetoxifier
from services.moderation.detox.tokens import tokens
from services.moderation.models import Check, Finding, Label, Severity, WeighedWord
from services.moderation.ports import TextJudgement
from tests.unit.moderation.detox.judging import RUDE, WordJudge, taught

PLAIN = ("мы", "не", "сегодня", "читаем", "новую", "книгу", "3", "в", "парке", "вечером")
DETOXIFIER = taught(WordJudge())


@pytest.mark.parametrize(
    ("rude", "polite"),
    [
        ("Дураки пишут всякую фигню!", "Люди пишут всякую ерунду!"),
        ("опять пишут ФИГНЮ", "опять пишут ЕРУНДУ"),
        ("Приходи завтра, гад.", "Приходи завтра."),
        ("Гады опять отключили воду", "Опять отключили воду"),
        ("Из-за таких дураков мы не страдаем 5 лет", "Из-за таких людей мы не страдаем 5 лет"),
    ],
)
def test_rude_words_go_and_the_sentence_stays(rude: str, polite: str) -> None:
    result = DETOXIFIER.rewrite(rude)
    assert result is not None
    assert result.text == polite


def test_spans_lie_in_the_text_as_it_was() -> None:
    text = "Дураки пишут всякую фигню!"
    result = DETOXIFIER.rewrite(text)
    assert result is not None
    assert [text[start:end] for start, end in result.changed_spans] == ["Дураки", "фигню"]
    assert result.toxicity_before > 0.5 > result.toxicity_after


def test_a_calm_text_stays_as_it_is() -> None:
    result = DETOXIFIER.rewrite("Мы читаем,  книгу ( вечером )")
    assert result is not None
    assert (result.text, result.changed_spans) == ("Мы читаем,  книгу ( вечером )", ())


@pytest.mark.parametrize("text", ["гад", "Гад! Гады!!", "гад, 5"])
def test_nothing_is_offered_when_nothing_is_left(text: str) -> None:
    assert DETOXIFIER.rewrite(text) is None


def test_nothing_is_offered_when_the_judge_stays_angry() -> None:
    stubborn = WordJudge(RUDE | {"не"})
    assert taught(stubborn).rewrite("ты не дурак и не читаешь") is None


class Discerning(WordJudge):
    """Reads one word in disguise, too."""

    def judge(self, text: str) -> TextJudgement:
        judged = super().judge(text)
        at = text.find("ф и г н ю")
        if at < 0:
            return judged
        finding = Finding(
            check=Check.OBSCENITY, label=Label.TOXIC, score=1.0, severity=Severity.RUDE,
            spans=((at, at + 9),), words=(WeighedWord("фигню", 1.0),),
        )  # fmt: skip
        return TextJudgement(toxicity=0.9, spam=0.0, findings=(*judged.findings, finding))


def test_a_word_in_disguise_is_one_word() -> None:
    result = taught(Discerning()).rewrite("Они пишут ф и г н ю опять")
    assert result is not None
    assert (result.text, result.changed_spans) == ("Они пишут ерунду опять", ((10, 19),))


def test_nobody_is_called_a_person_instead_of_a_fool() -> None:
    result = DETOXIFIER.rewrite("Ты дурак, опять пишут про книгу")
    assert result is not None
    assert "человек" not in result.text


def test_other_languages_are_left_to_the_pool() -> None:
    assert taught(WordJudge({"fool"})).rewrite("that fool wrote the code") is None


def test_a_text_that_is_longer_than_what_is_judged_is_left() -> None:
    assert DETOXIFIER.rewrite("дурак " + "мы читаем книгу " * 300) is None


async def test_it_is_asked_like_any_detoxifier() -> None:
    result = await DETOXIFIER.detoxify("опять пишут фигню")
    assert result is not None
    assert result.text == "опять пишут ерунду"


@given(words=st.lists(st.sampled_from([*PLAIN, *sorted(RUDE)]), min_size=1, max_size=12))
def test_what_is_offered_holds_no_rude_word_and_all_negations(words: list[str]) -> None:
    detoxifier: PackagedDetoxifier = DETOXIFIER
    result = detoxifier.rewrite(" ".join(words))
    if result is None:
        assert RUDE & set(words)
        return
    written = [token.folded for token in tokens(result.text)]
    assert not RUDE & set(written)
    assert written.count("не") == words.count("не")
    assert written.count("3") == words.count("3")
