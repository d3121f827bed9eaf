import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.i18n import load_catalogue
from handlers.rendering.quiz import explanation, question_text, scores_text
from services.insight.questions import units
from services.insight.quiz_models import QuizQuestion, Score

_TEXTS = load_catalogue("ru").texts("ru")
_WORDS = st.text(max_size=320)


def made(text: str, topic: str, sentence: str, title: str, url: str | None) -> QuizQuestion:
    return QuizQuestion(
        library_id="owner", text=text, topic=topic, options=("a", "b"), right=0,
        sentence=sentence, title=title, url=url,
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(_WORDS, _WORDS, st.sampled_from([None, "https://a.org/?b=1&c=\"'", "javascript:alert(1)"]))
def test_explanations_fit_into_telegram_and_carry_no_foreign_markup(
    sentence: str, title: str, url: str | None
) -> None:
    shown = explanation(made("?", "", sentence, title, url))
    plain = html.unescape(re.sub(r'<a href="[^"<>]*">|</a>', "", shown))
    assert units(plain) <= 200
    assert plain.count("\n") <= 2
    assert len(re.findall(r"<[^>]*>", shown)) == (2 if (url or "").startswith("https") else 0)


@settings(deadline=None, max_examples=60)
@given(st.text(min_size=1, max_size=150), _WORDS)
def test_a_question_keeps_its_words_whatever_the_topic(text: str, topic: str) -> None:
    shown = question_text(made(text, topic, "", "", None), number=8, count=10)
    assert shown.endswith(text)
    assert units(shown) <= 300 or shown == text


def test_those_who_know_as_much_share_a_medal_and_names_are_no_markup() -> None:
    scores = [
        Score(user_id=1, name="<b>А</b>", right=3, answered=3),
        Score(user_id=2, name="Б", right=3, answered=3),
        Score(user_id=3, name="В", right=1, answered=2),
    ]
    lines = scores_text(scores, asked=3, texts=_TEXTS).splitlines()[1:]
    assert lines == [
        "🥇 &lt;b&gt;А&lt;/b&gt; — 3 из 3", "🥇 Б — 3 из 3", "🥈 В — 1 из 2",
    ]  # fmt: skip
    assert "ответов не было" in scores_text([], asked=3, texts=_TEXTS)
