from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.moderation.checks import ALL_CHECKS
from services.moderation.messages import Author, GroupMessage
from services.moderation.models import Check
from services.moderation.policy import Trust
from services.moderation.traffic import TrafficCounts, fingerprint, judge_traffic

_SAID = GroupMessage(
    chat_id=-5, message_id=1, thread_id=0, author=Author.PERSON, author_id=7, name="A",
    parts=("Всем привет, я новенький",), sent_at=datetime(2026, 3, 10, tzinfo=UTC),
)  # fmt: skip
_LINK = "https://example.org/a"


def found(message: GroupMessage, trust: Trust = Trust.MEMBER) -> dict[str, bool]:
    return {one.reason: one.is_sure for check in ALL_CHECKS for one in check(message, trust)}


@pytest.mark.parametrize("trust", list(Trust))
def test_an_ordinary_message_shows_nothing(trust: Trust) -> None:
    assert found(_SAID, trust) == {}
    assert found(replace(_SAID, parts=("",), media="photo"), trust) == {}


def test_a_link_of_a_newcomer_is_looked_at_and_a_bare_one_is_sure() -> None:
    answer = replace(_SAID, parts=(f"Вот тут описано: {_LINK}",), links=(_LINK,))
    assert found(answer, Trust.NEWCOMER) == {"newcomer_link": False}
    assert found(replace(answer, parts=(_LINK,)), Trust.NEWCOMER) == {"newcomer_link": True}
    assert found(answer) == {}
    many = replace(_SAID, links=tuple(f"{_LINK}{n}" for n in range(6)))
    assert found(many, Trust.TRUSTED) == {"many_links": True}


def test_what_newcomers_bring_from_elsewhere_is_found() -> None:
    forward = replace(_SAID, is_forward=True)
    assert found(forward, Trust.NEWCOMER) == {"newcomer_forward": False}
    assert found(forward) == {}
    assert found(replace(_SAID, is_story=True), Trust.NEWCOMER) == {"newcomer_story": True}
    contact = replace(_SAID, parts=("Иван",), is_contact=True)
    assert found(contact, Trust.NEWCOMER) == {"newcomer_contact": True}
    masked = replace(_SAID, author=Author.OTHER_CHANNEL)
    assert found(masked) == {"as_channel": False}


def test_calls_on_a_crowd_are_found() -> None:
    crowd = replace(_SAID, mentions=7)
    assert found(crowd) == {"many_mentions": True}
    names = replace(_SAID, parts=("@a @b",), mentions=2)
    assert found(names, Trust.NEWCOMER) == {"only_mentions": False}
    assert found(names) == {}


def test_words_of_two_alphabets_are_found_where_they_stand() -> None:
    text = "Зaрaбoтoк бeз влoжeний каждый день"  # Latin a, o and e among Cyrillic letters
    message = replace(_SAID, parts=(text,))
    (finding,) = [one for check in ALL_CHECKS for one in check(message, Trust.NEWCOMER)]
    assert finding.check is Check.SCRIPTS
    assert [text[start:end] for start, end in finding.spans] == ["Зaрaбoтoк", "влoжeний"]
    assert found(replace(_SAID, parts=("Купил iPhone-чехол и USB-кабель, RGB-ленту",))) == {}


def test_counts_are_judged_by_what_they_show() -> None:
    def reasons(counts: TrafficCounts, trust: Trust = Trust.MEMBER) -> list[str]:
        return [one.reason for one in judge_traffic(counts, trust)]

    assert reasons(TrafficCounts()) == []
    assert reasons(TrafficCounts(messages=8, short=5, repeats=3, chats=2, echoes=9)) == []
    assert reasons(TrafficCounts(messages=9)) == ["too_many"]
    assert reasons(TrafficCounts(short=6)) == ["too_many"]
    assert reasons(TrafficCounts(repeats=4)) == ["same_again"]
    assert reasons(TrafficCounts(chats=3, repeats=4)) == ["same_in_chats"]
    assert reasons(TrafficCounts(echoes=5), Trust.NEWCOMER) == ["same_by_many"]
    assert reasons(TrafficCounts(is_raid=True), Trust.NEWCOMER) == ["raid"]
    assert reasons(TrafficCounts(is_raid=True)) == []


def test_equal_texts_share_a_fingerprint_and_short_ones_have_none() -> None:
    sale = replace(_SAID, parts=("Продаю велосипед, недорого!",))
    same = replace(_SAID, parts=("продаю  ВЕЛОСИПЕД недорого",))
    assert fingerprint(sale) == fingerprint(same) is not None
    assert fingerprint(replace(sale, links=(_LINK,))) != fingerprint(sale)
    assert fingerprint(replace(_SAID, parts=("Спасибо!",))) is None
    assert fingerprint(replace(_SAID, parts=("тут",), links=(_LINK,))) is not None
