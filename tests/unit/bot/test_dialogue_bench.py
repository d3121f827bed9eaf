from collections import Counter

from benchmarks._dialogues import read_messages, read_written
from benchmarks.dialogue import outcome

KINDS = 10
EACH = 15
PERSIAN = 20


def test_every_dialogue_has_its_passages_and_a_rewriting_by_hand() -> None:
    documents, dialogues = read_written()
    sources = {document.source for document in documents}
    assert Counter(one.kind for one in dialogues).most_common()[-1][1] == EACH
    assert len({one.kind for one in dialogues}) == KINDS
    assert all(set(one.gold) <= sources and one.gold for one in dialogues)
    assert all(one.human and len(one.turns) > 1 for one in dialogues)
    assert sum(one.held_out for one in dialogues) * 2 == len(dialogues)


def test_every_persian_dialogue_has_its_passages() -> None:
    documents, dialogues = read_written("fa")
    sources = {document.source for document in documents}
    assert all(set(one.gold) <= sources and one.gold for one in dialogues)
    assert sum(one.held_out for one in dialogues) * 2 == len(dialogues) == PERSIAN


async def test_messages_lead_where_the_rules_were_written_to_lead_them() -> None:
    messages = [message for message in read_messages() if message.split == "dev"]
    wrong = [one.text for one in messages if await outcome(one) != one.outcome]
    assert len(messages) > 100
    assert wrong == []
