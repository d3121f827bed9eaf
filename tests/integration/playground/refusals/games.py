"""Games."""

from tests.integration.playground.refusals.case import Case, Scene

MESSAGES = "https://github.com/tdlib/td/blob/master/td/telegram/MessagesManager.cpp"
SCORING = "https://core.telegram.org/method/messages.setGameScore#possible-errors"


async def score_twice(s: Scene) -> object:
    body = {"short_name": "maze", "title": "Maze"}
    await s.town.request("POST", f"/sim/bots/{s.bot.id}/games", json=body)
    sent = await s.bot.send_game(s.alice.id, "maze")
    me, game = s.alice.id, sent.message_id
    await s.bot.set_game_score(me, 5, chat_id=me, message_id=game)
    return await s.bot.set_game_score(me, 5, chat_id=me, message_id=game)


CASES = [
    Case(
        "wrong game short name specified", lambda s: s.bot.send_game(s.alice.id, "none"), MESSAGES
    ),
    Case("BOT_SCORE_NOT_MODIFIED", score_twice, SCORING),
]
