from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.adapters.moderation.artefacts import packaged_detector, save, saved_detector
from services.errors import NotFoundError
from services.moderation.models import Check, Label, Severity
from services.moderation.text.detecting import Detector
from services.moderation.text.lexicon import Lexicon

_ORDINARY = Path("tests/data/ordinary_words.txt").read_text("utf-8").split()


@pytest.fixture(scope="module")
def detector() -> Detector:
    return packaged()


def test_the_list_of_ordinary_words_is_long() -> None:
    assert len(set(_ORDINARY)) >= 300


@pytest.mark.parametrize("word", _ORDINARY)
def test_ordinary_words_that_hide_rude_strings_are_never_flagged(
    detector: Detector, word: str
) -> None:
    assert Lexicon().entry(word.lower()) is None
    assert not [finding for finding in detector.judge(word).findings if finding.is_sure]


def test_a_finding_names_words_and_places(detector: Detector) -> None:
    text = "Ну и кто тут 🙂 тупой м у д а к, а?"
    findings = detector.judge(text).findings
    obscene = next(each for each in findings if each.check is Check.OBSCENITY)
    assert [text[start:end] for start, end in obscene.spans] == ["м у д а к"]
    toxic = next(each for each in findings if each.check is Check.TOXICITY)
    assert toxic.is_sure
    assert toxic.words[0].word == "м у д а к"
    assert toxic.words[0].weight > 1


@pytest.mark.parametrize(
    ("text", "severity"),
    [("Вот же сука", Severity.MILD), ("Ты дебил", Severity.RUDE), ("Сдохни, хач", Severity.GRAVE)],
)
def test_severity_follows_the_sort_of_word(
    detector: Detector, text: str, severity: Severity
) -> None:
    assert max(each.severity for each in detector.judge(text).findings) is severity


@pytest.mark.parametrize(
    "text", ["Спасибо, всё работает", "See you tomorrow at the station", "", "   ", "123", "🙂"]
)
def test_polite_texts_have_no_findings(detector: Detector, text: str) -> None:
    assert detector.judge(text).findings == ()


def test_an_offer_is_spam(detector: Detector) -> None:
    text = "Ищу партнёров в команду! Удалённый доход от 500$ в неделю, пишите + в личку"
    judged = detector.judge(text)
    assert [each.label for each in judged.findings] == [Label.SPAM]
    assert judged.toxicity < 0.5 <= judged.spam


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_judged(text: str) -> None:
    judged = packaged().judge(text)
    assert 0 <= judged.toxicity <= 1
    assert 0 <= judged.spam <= 1
    for finding in judged.findings:
        assert all(0 <= start < end <= len(text) for start, end in finding.spans)


@cache
def packaged() -> Detector:
    return packaged_detector()


def test_saved_weights_judge_as_before(detector: Detector, tmp_path: Path) -> None:
    save(detector.heads, tmp_path)
    again = saved_detector(tmp_path)
    for text in ("Ты дебил", "Привет всем", "You stupid bitch", "доход от 300$ в неделю"):
        assert again.judge(text).toxicity == pytest.approx(detector.judge(text).toxicity, abs=1e-3)
    assert all(path.stat().st_size < 5_000_000 for path in tmp_path.iterdir())


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no trained weights"):
        saved_detector(tmp_path)
