"""How often bots may write: Telegram's own answer to frequent questions, and its bad days."""

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from playground.refusals import SimError, too_many_requests
from playground.state.chance import Chance
from playground.state.places import Place
from playground.state.transient import TRANSIENT

Profile = Literal["off", "faq", "harsh"]
PROFILES: Final = ("off", "faq", "harsh")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` in any ``window_s``."""

    count: int
    window_s: float


PER_CHAT: Final = Rate(3, 3.0)
PER_GROUP: Final = Rate(20, 60.0)
PER_BOT: Final = Rate(30, 1.0)
DRAFTS: Final = Rate(20, 5.0)
GROUPS: Final = Rate(60, 60.0)
EDITS: Final = Rate(8, 20.0)
LOWER: Final = (0.4, 0.9)
"""The share of a rate that is left on a bad day, from and to."""
EDIT_WEIGHT: Final = 2
LONGEST_S: Final = 126
FORGIVEN_S: Final = 60.0
STRIKES: Final = 5
BAN_S: Final = (20, 40)
MOST_WINDOWS: Final = 20_000


@dataclass(slots=True)
class Window:
    """The instants of what was let through lately."""

    rate: Rate
    taken: deque[float] = field(default_factory=deque)

    def wait_s(self, now: float) -> float:
        """Seconds until one more fits; 0 when it fits now."""
        while self.taken and self.taken[0] <= now - self.rate.window_s:
            self.taken.popleft()
        if len(self.taken) < self.rate.count:
            return 0.0
        return self.taken[len(self.taken) - self.rate.count] + self.rate.window_s - now


@dataclass(slots=True)
class Ban:
    """Until when a chat or a bot is refused, and how often it went on calling before."""

    until: float
    strikes: int = 0


@dataclass(slots=True)
class Limits:
    """Lets calls through or refuses them with ``retry_after``.

    With the profile ``faq``: a private chat takes about one message a second with bursts of
    three, a group 20 a minute, a bot 30 a second over all chats. Edits count as messages, as
    Telegram's developers say they do; answers to taps are free. Drafts have a measure of their
    own, 20 in five seconds per chat. A refused call does not count.

    With ``harsh`` every rate is lower, by a share drawn from the seed for each chat; an edit
    counts as two messages and has a measure of its own; all groups of a bot share one. Who calls
    on while refused waits twice as long each time, up to 126 s, and in the end is refused
    everywhere for a while.
    """

    now: Callable[[], float] = field(default=time.time, metadata=TRANSIENT)
    profile: Profile = "off"
    chance: Chance = field(default_factory=Chance)
    _windows: dict[str, Window] = field(default_factory=dict)
    _bans: dict[str, Ban] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """What the draws depend on."""
        return self.chance.seed

    def choose(self, profile: str, seed: int = 0) -> None:
        """Change the profile and forget what was counted.

        Args:
            profile: ``off``, ``faq`` or ``harsh``.
            seed: What the draws of ``harsh`` depend on.

        Raises:
            SimError: There is no such profile.
        """
        if profile not in PROFILES:
            raise SimError(400, f'limits are "off", "faq" or "harsh", not "{profile}"')
        self.profile = profile  # type: ignore[assignment]  # it is one of them
        self.chance.sow(seed)
        self._windows.clear()
        self._bans.clear()

    def message(self, bot: int, place: Place, count: int = 1) -> None:
        """Count a message, or the parts of an album.

        Raises:
            Refusal: 429 with the seconds to wait.
        """
        if self.profile != "off":
            self._take(bot, place, self._of_messages(bot, place), count)

    def edit(self, bot: int, place: Place) -> None:
        """Count an edit.

        Raises:
            Refusal: 429 with the seconds to wait.
        """
        if self.profile == "off":
            return
        rates = self._of_messages(bot, place)
        if self.profile == "harsh":
            rates[f"edits {_key(bot, place)}"] = EDITS
            self._take(bot, place, rates, EDIT_WEIGHT)
        else:
            self._take(bot, place, rates, 1)

    def draft(self, bot: int, place: Place) -> None:
        """Count a draft.

        Raises:
            Refusal: 429 with the seconds to wait.
        """
        if self.profile != "off":
            self._take(bot, place, {f"drafts {_key(bot, place)}": DRAFTS}, 1)

    def _of_messages(self, bot: int, place: Place) -> dict[str, Rate]:
        chat = PER_CHAT if place.is_private else PER_GROUP
        rates = {f"chat {_key(bot, place)}": chat, f"bot {bot}": PER_BOT}
        if self.profile == "harsh" and not place.is_private:
            rates[f"groups {bot}"] = GROUPS
        return rates

    def _take(self, bot: int, place: Place, rates: Mapping[str, Rate], count: int) -> None:
        now = self.now()
        subjects = (f"ban {bot}", f"ban {_key(bot, place)}")
        windows = [self._window(key, rate) for key, rate in rates.items()]
        wait_s = max(window.wait_s(now) for window in windows)
        if self.profile == "harsh":
            wait_s = self._harden(subjects, now, wait_s)
        if wait_s > 0:
            raise too_many_requests(max(1, math.ceil(wait_s)))
        for window in windows:
            window.taken.extend([now] * count)

    def _window(self, key: str, rate: Rate) -> Window:
        window = self._windows.get(key)
        if window is None:
            if len(self._windows) >= MOST_WINDOWS:
                self._forget_idle()
            window = self._windows[key] = Window(self._lowered(key, rate))
        return window

    def _lowered(self, key: str, rate: Rate) -> Rate:
        if self.profile != "harsh":
            return rate
        low, high = LOWER
        share = low + (high - low) * self.chance.fraction(f"rate of {key}")
        return Rate(max(1, int(rate.count * share)), rate.window_s)

    def _forget_idle(self) -> None:
        now = self.now()
        busy = {key: one for key, one in self._windows.items() if one.wait_s(now) or one.taken}
        self._windows.clear()
        self._windows.update(busy if len(busy) < MOST_WINDOWS else {})

    def _harden(self, subjects: tuple[str, str], now: float, wait_s: float) -> float:
        """Let a refusal grow with the calls that did not wait for its end."""
        whole, chat = subjects
        if (everywhere := self._bans.get(whole)) is not None and everywhere.until > now:
            return everywhere.until - now
        ban = self._bans.get(chat)
        if ban is not None and ban.until > now:
            ban.strikes += 1
            if ban.strikes % STRIKES == 0:
                self._bans[whole] = Ban(now + self.chance.whole(whole, *BAN_S))
            wait_s = max(ban.until - now, 1.0) * 2
        elif wait_s > 0:
            is_again = ban is not None and now < ban.until + FORGIVEN_S
            strikes = ban.strikes + 1 if ban is not None and is_again else 0
            ban = self._bans[chat] = Ban(now, strikes)
            wait_s = math.ceil(wait_s) * 2**strikes + self.chance.whole(chat, 0, 3)
        if ban is None or wait_s <= 0:
            return 0.0
        wait_s = min(wait_s, LONGEST_S)
        ban.until = now + wait_s
        return wait_s


def _key(bot: int, place: Place) -> str:
    return f"{bot} in {place.chat_id}"
