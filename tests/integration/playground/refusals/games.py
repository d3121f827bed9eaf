"""Games."""

from tests.integration.playground.refusals.case import Case, Scene

TESTS = "https://github.com/TelegramBots/Telegram.Bot/tree/master/test"
SCORING = "https://core.telegram.org/method/messages.setGameScore#possible-errors"


async def score_twice(s: Scene) -> object:
    body = {"short_name": "maze", "title": "Maze"}
    await s.town.request("POST", f"/sim/bots/{s.bot.id}/games", json=body)
    sent = await s.bot.send_game(s.alice.id, "maze")
    where = {"chat_id": s.alice.id, "message_id": sent.message_id}
    await s.bot.set_game_score(s.alice.id, 5, **where)
    return await s.bot.set_game_score(s.alice.id, 5, **where)


CASES = [
    Case("wrong game short name specified", lambda s: s.bot.send_game(s.alice.id, "none"), TESTS),
    Case("BOT_SCORE_NOT_MODIFIED", score_twice, SCORING),
]
