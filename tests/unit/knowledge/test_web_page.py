from services.knowledge.models import BlockKind
from services.knowledge.readers.web_page import read_web_page

PAGE = """<html><head><title>Щи - сайт о еде</title>
<meta property="article:published_time" content="2024-03-05"></head>
<body><nav><a href="/">Главная</a> Меню сайта</nav><div class="content"><h1>Щи</h1>
<p>Щи варят из свежей капусты около сорока минут. Мясо кладут в холодную воду и ждут кипения.</p>
<h2 id="parts">Состав</h2><ul><li>Капуста 500 г</li><li>Мясо 700 г</li></ul>
<p>Солят в конце варки: так мясо остаётся мягким, а бульон прозрачным, и капуста не темнеет.</p>
<table><tr><th>Суп</th><th>Минут</th></tr><tr><td>Щи</td><td>40</td></tr></table>
</div><footer>Подпишитесь на рассылку</footer></body></html>"""


def test_the_article_is_read_without_what_stands_around_it() -> None:
    (document,) = read_web_page("s", "n", PAGE.encode(), url="https://food.example/a").documents
    texts = [block.text for block in document.blocks]
    assert "Капуста 500 г" in texts
    assert not any("рассылку" in text or "Меню" in text for text in texts)
    assert document.posted_at is not None
    assert document.posted_at.date().isoformat() == "2024-03-05"


def test_rows_of_a_table_name_their_columns() -> None:
    (document,) = read_web_page("s", "n", PAGE.encode(), url="https://food.example/a").documents
    assert [b.text for b in document.blocks if b.kind is BlockKind.LIST_ITEM][-1] == (
        "Суп: Щи; Минут: 40"
    )


def test_what_stands_below_a_heading_with_an_id_opens_there() -> None:
    (document,) = read_web_page("s", "n", PAGE.encode(), url="https://food.example/a").documents
    anchors = {block.text: block.anchor for block in document.blocks}
    assert (anchors["Щи"], anchors["Мясо 700 г"]) == ("", "#parts")


def test_a_page_without_an_article_is_read_as_any_html() -> None:
    (document,) = read_web_page("s", "n", "<p>Открыто с 9 до 18.</p>".encode()).documents
    assert [block.text for block in document.blocks] == ["Открыто с 9 до 18."]


def test_an_empty_page_is_skipped() -> None:
    assert read_web_page("s", "n", b"").skipped
