import pytest

from services.knowledge.sentences import sentence_spans


@pytest.mark.parametrize(
    "sentences",
    [
        ["Щи варят час.", "Потом дают настояться!", "А дальше?"],
        ["Dr. Smith has 3.5 litres, e.g. of broth.", "It is hot.", '"Serve it!" he said.'],
        ["این یک جمله است.", "چرا؟", "۱۳۰ گیگابایت داده دارد."],
        ["1. Boil the water.", "2. Add cabbage."],
        ["Он родился в 1799 г. в Москве.", "Умер в 1837 г."],
    ],
)
def test_sentences_are_found_in_each_language(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences
