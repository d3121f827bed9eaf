from dataclasses import dataclass, field
from typing import Final

from playground.refusals import Refusal, bad_request, too_many_requests

CALM_S: Final = 600.0


@dataclass(slots=True)
class Session:
    """Since when the Bot API server has run a bot."""

    launched_at: float
    logged_out_at: float | None = None


@dataclass(slots=True)
class Sessions:
    """Which bots run; a bot's first call launches it."""

    _running: dict[int, Session] = field(default_factory=dict)

    def enter(self, bot: int, method: str, now: float) -> None:
        """Let a bot call.

        Raises:
            Refusal: It has logged out less than ten minutes ago, or closes what is closed.
        """
        session = self._running.get(bot)
        if session is not None and session.logged_out_at is not None:
            if now - session.logged_out_at < CALM_S:
                raise Refusal.unworded(400, "Logged out")
            session = None
        if session is None:
            if method == "close":
                raise bad_request("the bot has already been closed")
            self._running[bot] = Session(now)

    def log_out(self, bot: int, now: float) -> None:
        """Refuse its calls for ten minutes."""
        self._running[bot].logged_out_at = now

    def close(self, bot: int, now: float) -> None:
        """Stop a bot until its next call.

        Raises:
            Refusal: 429, it was launched less than ten minutes ago.
        """
        left_s = CALM_S - (now - self._running[bot].launched_at)
        if left_s > 0:
            raise too_many_requests(int(left_s) + 1)
        del self._running[bot]
