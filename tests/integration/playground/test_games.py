"""Games: started by a tap, scored by the bot."""

from aiogram import Bot

from playground.users import Person, Playground
from tests.integration.playground.test_polls import updates


async def test_a_game_is_started_and_scored(
    bot: Bot, town: Playground, alice: Person, bob: Person
) -> None:
    body = {"short_name": "maze", "title": "Maze", "description": "Find the way out"}
    await town.request("POST", f"/sim/bots/{bot.id}/games", json=body)
    sent = await bot.send_game(alice.id, "maze")
    await updates(bot)
    tapped = await alice.taps("Play Maze")
    [update] = await updates(bot)
    assert update.callback_query is not None
    assert (update.callback_query.game_short_name, update.callback_query.data) == ("maze", None)
    await bot.answer_callback_query(tapped["query_id"], url="https://example.com/maze")
    assert (await alice.sees_toast()).url == "https://example.com/maze"
    for person, score in ((alice, 5), (bob, 9)):
        await bot.set_game_score(person.id, score, chat_id=alice.id, message_id=sent.message_id)
    scores = await bot.get_game_high_scores(alice.id, chat_id=alice.id, message_id=sent.message_id)
    assert [(one.position, one.user.id, one.score) for one in scores] == [
        (1, bob.id, 9), (2, alice.id, 5),
    ]  # fmt: skip
    shown = (await alice.sees(where=lambda one: one.versions > 2)).message.game
    assert shown is not None
    assert shown.text == "1. Bob - 9\n2. Alice - 5"
