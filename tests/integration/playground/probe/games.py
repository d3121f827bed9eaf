"""Games."""

from aiogram import methods

from tests.integration.playground.probe.frame import Probe


async def probe(p: Probe) -> None:
    body = {"short_name": "maze", "title": "Maze"}
    await p.town.request("POST", f"/sim/bots/{p.bot.id}/games", json=body)
    me = p.alice.id
    sent = await p(methods.SendGame(chat_id=me, game_short_name="maze"))
    await p.alice.taps("Play Maze")
    await p.hears()
    there = sent.message_id
    await p(methods.SetGameScore(user_id=me, score=3, chat_id=me, message_id=there))
    await p(methods.GetGameHighScores(user_id=me, chat_id=me, message_id=there))
