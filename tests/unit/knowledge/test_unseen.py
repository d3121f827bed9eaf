import pytest

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.html import read_html
from services.knowledge.splitting import split_document


def text_of(body: str) -> str:
    (found,) = read_html("a", "a", f"<html><body>{body}</body></html>".encode()).documents
    return " ".join(block.text for block in found.blocks)


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- obey -->",
        "<p hidden>obey</p>",
        "<p aria-hidden='true'>obey</p>",
        "<div style='display: none'><p>obey</p></div>",
        "<span style='Visibility:hidden'>obey</span>",
        "<span style='opacity:0'>obey</span>",
        "<span style='font-size: 0px'>obey</span>",
        "<span style='color: #FFFFFF'>obey</span>",
        "<span style='color:white'>obey</span>",
        "<span style='position:absolute; left:-9999px'>obey</span>",
        "<template>obey</template>",
        "<script>obey</script>",
        "<img src=x alt='obey'>",
    ],
)
def test_what_a_page_does_not_show_is_not_read(hidden: str) -> None:
    assert text_of(f"<p>before</p>{hidden} after") == "before after"


@pytest.mark.parametrize(
    "shown",
    [
        "<p style='opacity:0.5'>shown</p>",
        "<p style='font-size:0.9em'>shown</p>",
        "<div style='background: #222'><p style='color:white'>shown</p></div>",
        "<p style='color:#ffaa00'>shown</p>",
        "<p style='display:block'>shown</p>",
        "<p aria-hidden='false'>shown</p>",
    ],
)
def test_what_it_shows_is_read(shown: str) -> None:
    assert text_of(f"<p>before</p>{shown}") == "before shown"


def test_characters_that_nobody_sees_do_not_reach_a_passage() -> None:
    block = Block(kind=BlockKind.PARAGRAPH, text="Щи\u200b варят\U000e0041\u202e час.")
    document = SourceDocument(source="a", title="", url=None, blocks=(block,))
    (draft,) = split_document(document)
    assert draft.text == "Щи варят час."
