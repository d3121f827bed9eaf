import pytest
from aiogram.types import MessageEntity

from playground.formatting.found import found_entities
from playground.formatting.texts import caption_text, message_text, parsed
from playground.formatting.utf16 import cut
from playground.refusals import Refusal


def test_commands_mentions_and_links_are_found() -> None:
    text = "🥣 /start@helper_bot hi @alice see https://a.org/b?c=1, a@b.com #щи and 1/2 x@"
    found = [(one.type, cut(text, one.offset, one.length)) for one in found_entities(text)]
    assert found == [
        ("bot_command", "/start@helper_bot"), ("mention", "@alice"),
        ("url", "https://a.org/b?c=1"), ("email", "a@b.com"), ("hashtag", "#щи"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("call +12025550123 now", "+12025550123"),
        ("+1-202-555-0123", "+1-202-555-0123"),
        ("1 + 2025550123", None),
        ("+123", None),
    ],
)
def test_telephone_numbers_are_found(text: str, found: str | None) -> None:
    entities = found_entities(text)
    assert [one.extract_from(text) for one in entities if one.type == "phone_number"] == (
        [found] if found else []
    )


def test_nothing_is_found_inside_code() -> None:
    text, entities = parsed("<code>/start @alice</code> /help", "HTML")
    assert [(one.type, cut(text, one.offset, one.length)) for one in entities] == [
        ("code", "/start @alice"),
        ("bot_command", "/help"),
    ]


def test_white_space_at_the_ends_goes_and_entities_with_it() -> None:
    text, entities = parsed(" \n<b> x </b> ", "HTML")
    assert (text, entities) == ("x", [MessageEntity(type="bold", offset=0, length=1)])


@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [
        ("", None, "message text is empty"),
        ("<b> </b>", "HTML", "text must be non-empty"),
        ("🥣" * 4097, None, "message is too long"),
        ("x", "Fancy", "unsupported parse_mode"),
    ],
)
def test_texts_that_are_refused(text: str, mode: str | None, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        message_text(text, mode)


def test_length_is_measured_after_parsing() -> None:
    assert len(message_text("<b>" + "x" * 4096 + "</b>", "HTML")[0]) == 4096
    assert len(message_text("🥣" * 4096)[0]) == 4096, "an emoji is one character"
    assert caption_text(None) == ("", [])
    with pytest.raises(Refusal, match="caption is too long"):
        caption_text("x" * 1025)


def test_an_entity_beyond_the_text_is_refused() -> None:
    with pytest.raises(Refusal, match="ends after the end of the text"):
        parsed("x", None, [MessageEntity(type="bold", offset=0, length=2)])
