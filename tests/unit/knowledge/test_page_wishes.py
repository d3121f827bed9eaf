import pytest

from services.knowledge.page_wishes import addresses_in, page_address, page_name, wants_page


@pytest.mark.parametrize(
    "text",
    [
        "добавь https://example.org/щи в источники",
        "Добавьте, пожалуйста, https://a.org к источникам!",
        "https://a.org в источники", "прочитай и добавь страницу https://a.org в мою библиотеку",
        "Add https://a.org to the sources", "please add this page https://a.org to my library",
        "добавь в источники https://a.org", "save https://a.org as a source, please",
        "https://a.org را به منابع اضافه کن",
    ],
)  # fmt: skip
def test_a_wish_for_a_page_is_understood(text: str) -> None:
    assert wants_page(text)


@pytest.mark.parametrize(
    "text",
    [
        "добавь соль в суп", "что написано на https://a.org?",
        "не добавляй https://a.org в источники",
        "добавь https://a.org в источники и скажи, сколько варить щи", "https://a.org",
        "Как добавить https://a.org в источники?", "who added https://a.org to the sources",
    ],
)  # fmt: skip
def test_other_words_about_an_address_are_no_wish(text: str) -> None:
    assert not wants_page(text)


def test_an_address_is_cut_out_of_its_sentence_and_named_once() -> None:
    text = (
        "(см. https://ru.wikipedia.org/wiki/Щи_(суп)), HTTPS://RU.wikipedia.org/wiki/Щи_(суп)#Варка"
    )
    assert addresses_in(text) == ["https://ru.wikipedia.org/wiki/Щи_(суп)"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("example.org", "https://example.org/"), ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://u:p@example.org/", None), ("https://example.org:99999/", None),
        ("javascript:alert(1)", None), ("file:///etc/passwd", None), ("щи", None), ("", None),
        ("https://", None), ("https://example.org/" + "x" * 2000, None),
    ],
)  # fmt: skip
def test_only_addresses_of_pages_are_taken(typed: str, address: str | None) -> None:
    assert page_address(typed) == address


def test_the_name_of_a_page_misleads_nobody() -> None:
    assert page_name("https://a.org/%E2%80%AEtxt.exe?q=1") == "a.org/ txt.exe"
    assert len(page_name("https://a.org/" + "щ" * 200)) == 80
