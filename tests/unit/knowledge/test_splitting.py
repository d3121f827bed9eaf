import re

from hypothesis import given, settings
from hypothesis import strategies as st

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.splitting import (
    MOST_TOKENS,
    PassageDraft,
    estimate_tokens,
    split_document,
)
from services.knowledge.visible import visible

WORDS = st.sampled_from(
    [
        "щи",
        "капуста",
        "кипятить",
        "model",
        "the",
        "مدل",
        "2024",
        "https://t.me/x",
        "т.е.",
        "длинноеслово",
    ]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=60).map(lambda words: " ".join(words) + ".")
TEXTS = st.one_of(
    st.lists(SENTENCES, min_size=1, max_size=12).map(" ".join),
    st.text(max_size=40),
    st.integers(1, 6000).map(lambda n: "х" * n),
)
BLOCKS = st.lists(
    st.builds(
        lambda kind, text, level: Block(kind=kind, text=text, level=level),
        st.sampled_from(list(BlockKind)), TEXTS, st.integers(1, 3),
    ),
    max_size=12,
)  # fmt: skip


def document(*blocks: Block, title: str = "") -> SourceDocument:
    return SourceDocument(source="s", title=title, url=None, blocks=blocks)


def letters(text: str) -> str:
    return re.sub(r"\s", "", text)


def paragraph(text: str) -> Block:
    return Block(kind=BlockKind.PARAGRAPH, text=text)


def heading(text: str, level: int = 2) -> Block:
    return Block(kind=BlockKind.HEADING, text=text, level=level)


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_nothing_is_lost_and_the_order_stays(blocks: list[Block]) -> None:
    drafts = split_document(document(*blocks))
    said = "".join(visible(block.text) for block in blocks)
    assert letters("".join(draft.text for draft in drafts)) == letters(said)


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_passages_and_their_sentences_keep_their_bounds(blocks: list[Block]) -> None:
    for draft in split_document(document(*blocks)):
        assert estimate_tokens(draft.text) <= MOST_TOKENS
        assert draft.sentences
        ends = [0, *(end for _, end in draft.sentences)]
        for (start, end), before in zip(draft.sentences, ends, strict=False):
            assert before <= start < end <= len(draft.text)
            assert draft.text[start:end] == draft.text[start:end].strip()


def test_a_long_paragraph_is_cut_only_between_sentences() -> None:
    sentences = [f"Предложение номер {n} рассказывает о варке щей на плите." for n in range(80)]
    drafts = split_document(document(paragraph(" ".join(sentences))))
    assert len(drafts) > 2
    quoted = [d.text[start:end] for d in drafts for start, end in d.sentences]
    assert quoted == sentences


def test_a_heading_stays_with_what_follows_and_names_the_passage() -> None:
    long = "Слово за словом складывается рассказ о щах. " * 25
    drafts = split_document(
        document(heading("Щи", 1), paragraph(long), heading("Замены"), paragraph(long))
    )
    assert [d.text.splitlines()[0] for d in drafts] == ["Щи", "Замены"]
    assert [d.heading for d in drafts] == ["Щи", "Щи › Замены"]
    assert [d.context for d in drafts] == ["", "Щи"]
    assert "Замены" not in quotes(drafts[1])


def test_a_later_passage_carries_the_first_line_of_a_text_without_headings() -> None:
    long = "Ещё одно предложение, в котором ничего нового нет. " * 25
    drafts = split_document(document(paragraph("Как устроен Нейро."), *[paragraph(long)] * 2))
    assert [d.context for d in drafts] == ["", "Как устроен Нейро."]


def test_an_address_belongs_to_the_words_that_introduce_it() -> None:
    (draft,) = split_document(
        document(
            paragraph("Модель выложена."), paragraph("Код:"), paragraph("https://github.com/a/b"),
            paragraph("#read"),
        )
    )  # fmt: skip
    assert quotes(draft) == ["Модель выложена.", "Код:\nhttps://github.com/a/b"]


def quotes(draft: PassageDraft) -> list[str]:
    return [draft.text[start:end] for start, end in draft.sentences]
