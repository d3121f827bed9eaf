"""Bots of other frameworks, unchanged: only the server's address is given to them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.client.samples import picture, voice
from playground.users import Person, Playground, Seen
from tests.support.bots import COMMANDS, playground_process, running_bot

START_S = 120.0
STEP_S = 60.0

pytestmark = pytest.mark.services


@pytest.fixture(params=COMMANDS)
async def alice(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Person]:
    """Alice, before a bot of each framework; the playground and the bot are processes."""
    with (
        playground_process(tmp_path) as town,
        running_bot(request.param, town.base, town.token, tmp_path) as bot,
    ):
        async with Playground.connect(town.base) as connected:
            yield connected.user("alice")
        assert bot.poll() is None, (tmp_path / f"{request.param}.log").read_text()


async def test_a_conversation_with_buttons_a_photo_and_a_voice_message(alice: Person) -> None:
    await alice.starts()
    welcome = await alice.sees("Welcome! Tap below.", timeout_s=START_S)
    assert welcome.html == "Welcome! <b>Tap</b> below."

    for count in (1, 2):
        await alice.taps(f"Taps: {count - 1}", on=alice.story.messages[welcome.id])
        await alice.sees_toast(f"Counted {count}", timeout_s=STEP_S)
        edited = await alice.sees(f"{count} taps", timeout_s=STEP_S)
        assert edited.id == welcome.id
        assert edited.buttons == [f"Taps: {count}"]

    said = await alice.says("Привет! <b>1 & 2</b> 🫖")
    echo = await alice.sees("You said: Привет! <b>1 & 2</b> 🫖", timeout_s=STEP_S)
    assert quoted(echo) == said.id

    look = picture(40, 30)
    photo = await alice.sends_photo(look, caption="look")
    by_id, uploaded = await answers(alice)
    assert photo.message.photo
    assert by_id.message.photo
    assert by_id.message.photo[-1].file_unique_id == photo.message.photo[-1].file_unique_id
    assert uploaded.message.photo
    assert (uploaded.message.photo[-1].width, uploaded.message.photo[-1].height) == (40, 30)
    assert await alice.town.download(uploaded.message.photo[-1].file_id) == look
    assert uploaded.buttons == ["Taps: 0"]

    words = voice(2)
    spoken = await alice.sends_voice(words, duration=2)
    by_id, uploaded = await answers(alice)
    assert spoken.message.voice
    assert by_id.message.voice
    assert by_id.message.voice.file_unique_id == spoken.message.voice.file_unique_id
    assert by_id.message.voice.duration == 2
    assert uploaded.message.voice
    assert await alice.town.download(uploaded.message.voice.file_id) == words
    assert uploaded.buttons == ["Taps: 0"]

    calls = await alice.town.calls()
    assert [call["description"] for call in calls if not call["ok"]] == []


async def answers(who: Person) -> tuple[Seen, Seen]:
    """What the bot sends back: the same file by its id, and the bytes it has downloaded."""
    by_id = await who.sees("by id", timeout_s=STEP_S)
    return by_id, await who.sees("uploaded", timeout_s=STEP_S)


def quoted(seen: Seen) -> int | None:
    replied = seen.message.reply_to_message
    return replied.message_id if replied else None
