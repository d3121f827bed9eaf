"""Games: sent, started by their first button, scored."""

from typing import Final

from aiogram import methods
from aiogram.types import (
    CallbackGame,
    Game,
    GameHighScore,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from playground.life.post import repost
from playground.methods.addressing import addressed, reachable
from playground.methods.speaking import say
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.games import GameFacts
from playground.state.places import Place
from playground.state.users import public

area = Area()
NEIGHBOURS: Final = 2
TOP: Final = 3


@area.answers_to(methods.SendGame)
def send_game(caller: Caller, call: methods.SendGame) -> Message:
    """Send a game that the bot has; without buttons it gets the one that starts it."""
    envelope = addressed(caller, call, "can_send_other_messages")
    facts = caller.town.games.of(caller.bot.id, call.game_short_name)
    if facts is None:
        raise bad_request("wrong game short name specified")
    sent = say(caller, envelope, call.reply_markup or _starter(facts), game=_game(facts))
    caller.town.games.sent[envelope.place, sent.message_id] = facts.short_name
    return sent


def _game(facts: GameFacts) -> Game:
    return Game(title=facts.title, description=facts.description, photo=facts.photo)


def _starter(facts: GameFacts) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=f"Play {facts.title}", callback_game=CallbackGame())
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def _found(
    caller: Caller, call: methods.SetGameScore | methods.GetGameHighScores, doing: str
) -> tuple[Place, Message, dict[int, int]]:
    """Find a message with a game of the bot, and the scores of that game in the chat."""
    place = reachable(caller, call.chat_id)
    message = caller.town.messages.find(place, call.message_id or 0)
    name = caller.town.games.sent.get((place, call.message_id or 0))
    if message is None or message.game is None or name is None:
        raise bad_request(f"message to {doing} not found")
    scores = caller.town.games.scores.setdefault((place, caller.bot.id, name), {})
    return place, message, scores


@area.answers_to(methods.SetGameScore)
def set_game_score(caller: Caller, call: methods.SetGameScore) -> Message | bool:
    """Note somebody's score; a lower one only by force. The message shows the table."""
    place, message, scores = _found(caller, call, "set game score")
    user = caller.town.user(call.user_id)
    if call.score <= scores.get(user.id, -1) and not call.force:
        raise bad_request("BOT_SCORE_NOT_MODIFIED")
    scores[user.id] = call.score
    if call.disable_edit_message or message.game is None:
        return message
    rows = _table(caller, scores)
    lines = "\n".join(f"{row.position}. {row.user.first_name} - {row.score}" for row in rows)
    game = message.game.model_copy(update={"text": lines})
    return repost(caller.town, place, message.model_copy(update={"game": game}))


def _table(caller: Caller, scores: dict[int, int]) -> list[GameHighScore]:
    ranked = sorted(scores.items(), key=lambda one: -one[1])
    return [
        GameHighScore(position=at, user=public(caller.town.user(user_id)), score=score)
        for at, (user_id, score) in enumerate(ranked, start=1)
    ]


@area.answers_to(methods.GetGameHighScores)
def get_game_high_scores(caller: Caller, call: methods.GetGameHighScores) -> list[GameHighScore]:
    """Give somebody's place with two neighbours on each side, and the best three."""
    *_, scores = _found(caller, call, "get game high scores")
    caller.town.user(call.user_id)
    table = _table(caller, scores)
    own = next((at for at, row in enumerate(table) if row.user.id == call.user_id), None)
    if own is None:
        return table[:TOP]
    near = range(max(own - NEIGHBOURS, 0), own + NEIGHBOURS + 1)
    return [row for at, row in enumerate(table) if at < TOP or at in near]
