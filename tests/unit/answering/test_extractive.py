import re

from hypothesis import given
from hypothesis import strategies as st

from services.answering.extractive import compose, marked
from services.inference.models import EvidencePassage, EvidenceSentence, GenerationRequest

Line = tuple[str, float] | tuple[str, float, bool]


def passage(n: int, *lines: Line) -> EvidencePassage:
    return EvidencePassage(
        n=n, title="",
        sentences=tuple(
            EvidenceSentence(text=line[0], score=line[1], new_line=len(line) > 2) for line in lines
        ),
    )  # fmt: skip


def request(*evidence: EvidencePassage, limit: int = 4) -> GenerationRequest:
    return GenerationRequest(
        job_id="1:generate", messages=(), evidence=evidence, language="ru", max_sentences=limit
    )


def composed(*evidence: EvidencePassage, limit: int = 4) -> str:
    return "".join(compose(request(*evidence, limit=limit)))


def test_sentences_of_a_passage_stay_together_in_the_order_of_the_source() -> None:
    first = passage(1, ("Борщ варят со свёклой.", 1.0), ("Свёклу кладут последней.", 3.0))
    second = passage(2, ("Щи варят с капустой.", 4.0), ("Капусту режут тонко.", 3.5))
    assert composed(first, second) == (
        "Щи варят с капустой [2]. Капусту режут тонко [2].\n\nСвёклу кладут последней [1]."
    )


def test_only_what_comes_near_the_best_is_said() -> None:
    text = composed(passage(1, ("Щи варят два часа.", 4.0), ("Суп любят все люди.", 1.0)))
    assert text == "Щи варят два часа [1]."


def test_the_limit_holds() -> None:
    lines = [(f"Предложение номер {word} стоит здесь.", 3.0) for word in "abcdef"]
    assert len(compose(request(passage(1, *lines), limit=2))) <= 2


def test_the_same_thing_is_said_once() -> None:
    text = composed(
        passage(1, ("Щи хранят в холодильнике три дня.", 4.0)),
        passage(2, ("В холодильнике щи хранят три дня.", 3.9)),
    )
    assert text == "Щи хранят в холодильнике три дня [1]."


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    text = composed(
        passage(1, ("Рефразер получит 20 источников.", 0.1), ("Из них Нейро выберет 5.", 4.0))
    )
    assert text == "Рефразер получит 20 источников [1]. Из них Нейро выберет 5 [1]."


def test_neighbouring_lines_are_a_list() -> None:
    text = composed(
        passage(
            1, ("Залейте мясо водой.", 3.0, True), ("Варите его два часа.", 3.0, True),
            ("Посолите готовый бульон.", 3.0, True),
        )
    )  # fmt: skip
    assert text == (
        "• Залейте мясо водой [1].\n• Варите его два часа [1].\n• Посолите готовый бульон [1]."
    )


def test_headings_questions_and_announcements_of_nothing_are_left_out() -> None:
    text = composed(
        passage(
            1, ("Как хранить щи", 5.0, True), ("Щи стоят в холодильнике три дня.", 4.0, True),
            ("А как храните щи вы?", 4.5), ("Для этого понадобится вот что:", 4.4),
        )
    )  # fmt: skip
    assert text == "Щи стоят в холодильнике три дня [1]."


def test_markers_of_the_source_are_not_mistaken_for_ours() -> None:
    text = composed(passage(2, ("Население города выросло вдвое [7][12].", 4.0)))
    assert text == "Население города выросло вдвое [2]."


def test_nothing_gives_nothing() -> None:
    assert compose(request()) == []
    assert compose(request(passage(1, ("", 1.0), ("!!!", 2.0)))) == []


def test_the_marker_stands_before_the_stop() -> None:
    assert marked("Варите 20 минут!", 3) == "Варите 20 минут [3]!"
    assert marked("Он сказал «да»", 1, stop=".") == "Он сказал «да» [1]."
    assert marked("آیا می‌دانستید؟", 1) == "آیا می‌دانستید [1]؟"


SENTENCES = st.lists(
    st.tuples(
        st.text(
            alphabet=st.characters(categories=("L", "N", "P", "Z"), max_codepoint=0x6FF),
            max_size=80,
        ),
        st.floats(-5, 5),
        st.booleans(),
    ),
    max_size=8,
)


@given(st.lists(SENTENCES, max_size=5), st.integers(1, 12))
def test_whatever_the_evidence_every_piece_is_quoted_and_marked(
    passages: list[list[tuple[str, float, bool]]], limit: int
) -> None:
    evidence = tuple(
        EvidencePassage(
            n=n, title="",
            sentences=tuple(EvidenceSentence(text=t, score=s, new_line=b) for t, s, b in lines),
        )
        for n, lines in enumerate(passages, start=1)
    )  # fmt: skip
    pieces = compose(request(*evidence, limit=limit))
    assert len(pieces) <= limit
    for piece in pieces:
        numbers = {int(n) for n in re.findall(r"\[(\d+)\]", piece)}
        assert len(numbers) == 1
        source = evidence[numbers.pop() - 1]
        quoted = letters(re.sub(r"\[\d+\]", "", piece))
        assert any(quoted in letters(sentence.text) for sentence in source.sentences)


def letters(text: str) -> str:
    return "".join(re.findall(r"[^\W\d_]", text))
