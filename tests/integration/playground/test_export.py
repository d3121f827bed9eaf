"""A conversation is exported as a test; the test passes with the same bot in another playground."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from aiogram import Bot

from playground.client.samples import picture, voice
from playground.server import Running, running_playground
from playground.users import Person, Playground, Refused, Talk
from tests.support.bots import running_bot

STEP_S = 60.0


async def converse(alice: Person) -> None:
    """Alice uses everything that the echo bot can."""
    await alice.starts()
    welcome = await alice.sees("Welcome", timeout_s=STEP_S)
    await alice.taps("Taps: 0", on=welcome)
    await alice.sees_toast("Counted 1", timeout_s=STEP_S)
    await alice.sees("1 taps", timeout_s=STEP_S)
    await alice.taps("Taps: 1")
    await alice.sees("2 taps", timeout_s=STEP_S)
    said = await alice.says('He said: "it\'s \\n {fine}"\n"""')
    await alice.sees("You said", timeout_s=STEP_S)
    await alice.reacts(said, "👍")
    await alice.replies(said, "again")
    await alice.sees("You said: again", timeout_s=STEP_S)
    await alice.sends_photo(picture(30, 20), caption="a 'picture'")
    await alice.sees("uploaded", timeout_s=STEP_S)
    await alice.sends_voice(voice(2), duration=2)
    await alice.sees("uploaded", timeout_s=STEP_S)
    await alice.town.quiet(timeout_s=STEP_S)


def run_script(script: Path, base: str) -> subprocess.CompletedProcess[str]:
    options = ("-q", "-p", "playground.fixtures", "--playground", base, "-p", "no:cacheprovider")
    root = Path(__file__).resolve().parents[3]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-c", "/dev/null", str(script)],
        capture_output=True, text=True, cwd=root, check=False, timeout=240,
    )  # fmt: skip


@pytest.mark.services
async def test_an_exported_script_passes_with_the_same_bot_and_fails_with_another(
    server: Running, tmp_path: Path
) -> None:
    with running_bot("aiogram", server.base, server.token, tmp_path):
        async with Playground.connect(server.base) as town:
            alice = town.user("alice")
            await converse(alice)
            text = await alice.script()

    right, wrong = tmp_path / "test_right.py", tmp_path / "test_wrong.py"
    right.write_text(text)
    wrong.write_text(text.replace("Taps: 1", "Other: 1"))
    async with running_playground() as fresh:
        with running_bot("aiogram", fresh.base, fresh.token, tmp_path):
            passed = await asyncio.to_thread(run_script, right, fresh.base)
            failed = await asyncio.to_thread(run_script, wrong, fresh.base)
    assert passed.returncode == 0, f"{passed.stdout}\n{text}"
    assert "1 passed" in passed.stdout
    # The same words from a bot with other buttons: the test must notice.
    assert failed.returncode == 1, failed.stdout
    assert "AssertionError" in failed.stdout


async def test_a_group_is_founded_anew_and_everybody_says_their_part(
    server: Running, town: Playground, bot: Bot
) -> None:
    alice, bob = town.user("alice").in_group("club"), town.user("bob").in_group("club")
    said = await alice.says("Who brings the tea?")
    await bob.replies(said, "I do")
    answer = await bot.send_message(alice.chat_id, "Noted: Bob")
    await bob.sees("Noted")
    await alice.edits(said, "Who brings the coffee?")
    await bot.delete_message(alice.chat_id, answer.message_id)
    poll = await alice.asks_poll("Milk?", ["yes", "no"])
    await bob.votes(poll, "no")

    text = await alice.script()
    compile(text, "test_exported.py", "exec")
    told = [line.strip() for line in text.partition(" -> None:")[2].splitlines() if line.strip()]
    assert told == [
        "alice_person = await town.somebody('Alice', username='alice', language_code='en')",
        "bob_person = await town.somebody('Bob', username='bob_the_cook', language_code='ru')",
        "group = await town.new_group('Club', alice_person, members=[bob_person],"
        " admins=[town.bot_id])",
        "alice = alice_person.in_group(group)",
        "bob = bob_person.in_group(group)",
        "message_1 = await alice.says('Who brings the tea?')",
        "await bob.replies(message_1, 'I do')",
        "message_2 = await bob.sees('Noted: Bob')",
        "await alice.edits(message_1, 'Who brings the coffee?')",
        "await alice.sees_gone(message_2)",
        "message_3 = await alice.asks_poll('Milk?', ['yes', 'no'])",
        "await bob.votes(message_3, 'no')",
    ]


async def test_a_chat_without_words_is_a_test_that_passes(town: Playground) -> None:
    text = await town.user("carol").script()
    compile(text, "test_exported.py", "exec")
    assert "await town.somebody('Carol'" in text


async def test_there_is_no_script_of_a_chat_that_is_not_there(town: Playground) -> None:
    with pytest.raises(Refused, match="5"):
        await Talk(town, 5, "Nobody", town.bot_id).script()
