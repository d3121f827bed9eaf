"""How often bots may write: Telegram's own answer to frequent questions, as numbers."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from playground.refusals import SimError, too_many_requests
from playground.state.places import Place

Profile = Literal["off", "faq"]
PROFILES: Final = ("off", "faq")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` in any ``window_s``."""

    count: int
    window_s: float


PER_CHAT: Final = Rate(3, 3.0)
PER_GROUP: Final = Rate(20, 60.0)
PER_BOT: Final = Rate(30, 1.0)
DRAFTS: Final = Rate(20, 5.0)


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
        return self.taken[0] + self.rate.window_s - now


@dataclass(slots=True)
class Limits:
    """Lets calls through or refuses them with ``retry_after``.

    With the profile ``faq``: a private chat takes about one message a second with bursts of
    three, a group 20 a minute, a bot 30 a second over all chats. Edits count as messages, as
    Telegram's developers say they do; answers to taps are free. Drafts have a measure of their
    own, 20 in five seconds per chat. A refused call does not count.
    """

    now: Callable[[], float]
    profile: Profile = "off"
    _windows: dict[tuple[object, ...], Window] = field(default_factory=dict)

    def choose(self, profile: str) -> None:
        """Change the profile and forget what was counted.

        Raises:
            SimError: There is no such profile.
        """
        if profile == "off":
            self.profile = "off"
        elif profile == "faq":
            self.profile = "faq"
        else:
            raise SimError(400, f'limits are "off" or "faq", not "{profile}"')
        self._windows.clear()

    def message(self, bot: int, place: Place, count: int = 1) -> None:
        """Count a message or an edit.

        Raises:
            Refusal: 429 with the seconds to wait.
        """
        chat = PER_CHAT if place.is_private else PER_GROUP
        self._take({("chat", bot, place): chat, ("bot", bot): PER_BOT}, count)

    def draft(self, bot: int, place: Place) -> None:
        """Count a draft.

        Raises:
            Refusal: 429 with the seconds to wait.
        """
        self._take({("draft", bot, place): DRAFTS}, 1)

    def _take(self, rates: Mapping[tuple[object, ...], Rate], count: int) -> None:
        if self.profile == "off":
            return
        now = self.now()
        windows = [self._windows.setdefault(key, Window(rate)) for key, rate in rates.items()]
        wait_s = max(window.wait_s(now) for window in windows)
        if wait_s > 0:
            raise too_many_requests(max(1, math.ceil(wait_s)))
        for window in windows:
            window.taken.extend([now] * count)
