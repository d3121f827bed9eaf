"""People open Mini Apps."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from aiogram.types import MenuButtonDefault, MenuButtonWebApp, User

from playground.encoding import Json
from playground.life.inlining import chat_type
from playground.refusals import SimError
from playground.sim.inline import bot_called
from playground.state.places import Place
from playground.state.users import BotAccount
from playground.town import Town

VERSION: Final = "9.1"
PLATFORM: Final = "web"
THEME: Final = {"bg_color": "#ffffff", "text_color": "#000000", "button_color": "#2481cc"}


@dataclass(frozen=True, slots=True)
class Launch:
    """How a Mini App is opened.

    Attributes:
        url: Of a button; else that of the bot's menu button.
        start_param: Of a direct link.
        bot: Whose app; needed where several bots are.
    """

    url: str | None = None
    start_param: str = ""
    bot: int | str | None = None


def open_web_app(town: Town, person: int, chat: int, launch: Launch) -> Json:
    """Open a Mini App with data that the bot can check.

    A button's app in the private chat with its bot can answer with a message, by ``query_id``.
    One that is opened by a direct link, or in a group, is told the chat instead.

    Raises:
        SimError: The person is not in the chat, or there is no app.
    """
    user, place = town.users.person(person), town.place_for_person(person, chat)
    if person not in town.people_at(place):
        raise SimError(403, "this person is not in the chat")
    bot = _bot(town, place, launch)
    url = launch.url or _menu_url(town, person, bot)
    if not url.startswith(("https://", "http://")):
        raise SimError(400, f'"{url}" is no address of a Mini App')
    is_direct = bool(launch.start_param) or place.bot_id != bot.id
    facts: dict[str, str] = {}
    if is_direct:
        facts["chat_instance"] = place.instance
        facts["chat_type"] = chat_type(town, place, bot.id)
        facts |= {"start_param": launch.start_param} if launch.start_param else {}
    else:
        facts["query_id"] = town.inline.ask(bot.id, person, place, town.now()).id
    facts |= {"user": _user_json(user), "auth_date": str(int(town.now()))}
    init_data = signed(facts, bot.token)
    return {
        "url": _address(url, init_data, launch.start_param), "init_data": init_data,
        "query_id": facts.get("query_id"),
    }  # fmt: skip


def _bot(town: Town, place: Place, launch: Launch) -> BotAccount:
    if launch.bot is not None:
        return bot_called(town, launch.bot)
    bots = town.bots_at(place)
    if len(bots) != 1:
        raise SimError(400, 'name the bot whose Mini App is opened: "bot"')
    return bots[0]


def _menu_url(town: Town, person: int, bot: BotAccount) -> str:
    buttons = town.profiles[bot.id].menu_buttons
    chosen = [buttons.get(person, MenuButtonDefault()), buttons.get(None)]
    button = next((one for one in chosen if not isinstance(one, MenuButtonDefault)), None)
    if not isinstance(button, MenuButtonWebApp):
        raise SimError(404, f"@{bot.username} has no Mini App in its menu")
    return button.web_app.url


def _user_json(user: User) -> str:
    told: Json = {
        "id": user.id, "first_name": user.first_name, "last_name": user.last_name or "",
        "username": user.username, "language_code": user.language_code,
        "is_premium": user.is_premium, "allows_write_to_pm": True,
    }  # fmt: skip
    known = {name: value for name, value in told.items() if value is not None}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


def signed(facts: dict[str, str], token: str) -> str:
    """Give the data of a Mini App as a query string with its hash.

    Source:
        https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
    """
    lines = "\n".join(f"{name}={value}" for name, value in sorted(facts.items()))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    digest = hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()
    return urlencode(facts | {"hash": digest})


def _address(url: str, init_data: str, start_param: str) -> str:
    bare, _, fragment = url.partition("#")
    if start_param:
        bare += f"{'&' if '?' in bare else '?'}tgWebAppStartParam={quote(start_param)}"
    told = urlencode({
        "tgWebAppData": init_data, "tgWebAppVersion": VERSION, "tgWebAppPlatform": PLATFORM,
        "tgWebAppThemeParams": json.dumps(THEME, separators=(",", ":")),
    })  # fmt: skip
    return f"{bare}#{fragment}&{told}" if fragment else f"{bare}#{told}"
