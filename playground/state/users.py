import base64
import hashlib
from dataclasses import dataclass, field
from typing import Final

from aiogram.types import User

from playground.refusals import Refusal, SimError

FIRST_PERSON = 5_000_001
FIRST_BOT = 7_000_001


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a bot's owner has switched on.

    Attributes:
        reads_all: Privacy mode is off: the bot sees every group message.
        has_topics: Private chats with the bot have topics.
        people_make_topics: And people may make and delete them.
        inline_placeholder: What the input field shows after the bot's name; None: no inline mode.
        answers_guests: The bot may be mentioned in chats that it is not in.
    """

    reads_all: bool = False
    has_topics: bool = False
    people_make_topics: bool = True
    inline_placeholder: str | None = None
    answers_guests: bool = False


PLAIN: Final = Abilities()


@dataclass(slots=True)
class BotAccount:
    """A bot of this town: a user with a token."""

    user: User
    token: str
    inline_placeholder: str | None = None

    @property
    def id(self) -> int:
        """The bot's user id."""
        return self.user.id

    @property
    def username(self) -> str:
        """Its name after the @."""
        return self.user.username or ""


def token_of(bot_id: int) -> str:
    """Give a bot's token; the same in every run, so that a bot can be restarted beside it."""
    digest = hashlib.sha256(f"playground bot {bot_id}".encode()).digest()
    return f"{bot_id}:AA{base64.urlsafe_b64encode(digest).decode()[:33]}"


@dataclass(slots=True)
class Users:
    """People and bots."""

    people: dict[int, User] = field(default_factory=dict)
    bots: dict[int, BotAccount] = field(default_factory=dict)
    bios: dict[int, str] = field(default_factory=dict)

    def add_person(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        is_premium: bool | None = None,
    ) -> User:
        """Let somebody move in.

        Raises:
            SimError: The username is taken.
        """
        self._claim(username)
        person = User(
            id=FIRST_PERSON + len(self.people),
            is_bot=False,
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
            is_premium=is_premium or None,
        )
        self.people[person.id] = person
        return person

    def add_bot(self, first_name: str, username: str, can: Abilities = PLAIN) -> BotAccount:
        """Make a bot, as BotFather would.

        Args:
            first_name: Its name.
            username: What follows the @; ends in "bot".
            can: What is switched on for it.

        Raises:
            SimError: The username is taken or does not end in "bot".
        """
        if not username.lower().endswith("bot"):
            raise SimError(400, f'a bot\'s username ends in "bot", "{username}" does not')
        self._claim(username)
        user = User(
            id=FIRST_BOT + len(self.bots), is_bot=True, first_name=first_name, username=username,
            can_join_groups=True, can_read_all_group_messages=can.reads_all,
            supports_inline_queries=can.inline_placeholder is not None,
            supports_guest_queries=can.answers_guests, has_topics_enabled=can.has_topics,
            allows_users_to_create_topics=can.has_topics and can.people_make_topics,
        )  # fmt: skip
        bot = BotAccount(user, token_of(user.id), can.inline_placeholder)
        self.bots[bot.id] = bot
        return bot

    def _claim(self, username: str | None) -> None:
        if username and self.by_username(username) is not None:
            raise SimError(400, f"the username @{username} is taken")

    def by_token(self, token: str) -> BotAccount:
        """Find the bot that calls.

        Raises:
            Refusal: 401, nobody has this token.
        """
        number = token.partition(":")[0]
        bot = self.bots.get(int(number)) if number.isdecimal() else None
        if bot is None or bot.token != token:
            raise Refusal.unworded(401, "Unauthorized")
        return bot

    def find(self, user_id: int) -> User | None:
        """Find anybody by id."""
        if user_id in self.people:
            return self.people[user_id]
        bot = self.bots.get(user_id)
        return bot.user if bot else None

    def by_username(self, username: str) -> User | None:
        """Find anybody by what follows the @, in any case."""
        wanted = username.lower()
        everybody = [*self.people.values(), *(bot.user for bot in self.bots.values())]
        return next((user for user in everybody if (user.username or "").lower() == wanted), None)

    def person(self, user_id: int) -> User:
        """Find a person.

        Raises:
            SimError: There is none with this id.
        """
        if user_id not in self.people:
            raise SimError(404, f"there is no person with the id {user_id}")
        return self.people[user_id]


def public(user: User) -> User:
    """Give a user as others see them: what only getMe tells is left out."""
    return User(
        id=user.id,
        is_bot=user.is_bot,
        first_name=user.first_name,
        last_name=user.last_name,
        username=user.username,
        language_code=user.language_code,
        is_premium=user.is_premium,
    )
