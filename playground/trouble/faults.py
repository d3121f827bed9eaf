"""Trouble on demand: refusals, delays, cut connections."""

from dataclasses import dataclass, field
from typing import Final

from pydantic import ConfigDict, Field

from playground.encoding import Json
from playground.refusals import Refusal, forbidden, too_many_requests
from playground.state.mishaps import Mishap, Mishaps

TOO_MANY: Final = 429
TO_PEOPLE: Final = ("send", "edit", "copy", "forward", "pin")
WORDS: Final = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance"
    " is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Fault(Mishap):
    """What goes wrong with the calls that match.

    With ``blocked`` whatever the bot wants to show is refused as by a person who blocks it,
    until the fault is taken back.
    """

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    bot: int | None = None
    chat_id: int | None = None
    contains: str | None = None
    code: int | None = Field(default=None, ge=400, le=599)
    description: str | None = None
    retry_after: int | None = Field(default=None, ge=1)
    delay_s: float = Field(default=0.0, ge=0, le=600)
    cut: bool = False
    after_effect: bool = False
    blocked: bool = False

    def matches(self, bot: int, method: str, params: Json) -> bool:
        """Whether it strikes this call."""
        texts = [str(value) for value in params.values()]
        return (
            self.method.lower() in ("*", method.lower())
            and (not self.blocked or method.lower().startswith(TO_PEOPLE))
            and self.bot in (None, bot)
            and self.chat_id in (None, _whole(params.get("chat_id")))
            and (self.contains is None or any(self.contains in text for text in texts))
        )

    def refusal(self) -> Refusal | None:
        """The answer it gives, if any."""
        if self.blocked:
            return forbidden("bot was blocked by the user")
        if self.code == TOO_MANY:
            refusal = too_many_requests(self.retry_after or 1)
            return (
                refusal
                if self.description is None
                else Refusal.unworded(
                    self.code, self.description, retry_after=self.retry_after or 1
                )
            )
        if self.code is None:
            return None
        words = self.description or WORDS.get(self.code, "Internal Server Error")
        return Refusal.unworded(self.code, words, retry_after=self.retry_after)


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else None


@dataclass(slots=True)
class Faults(Mishaps[Fault]):
    """The faults that are set now."""

    _set: dict[int, Fault] = field(default_factory=dict)
    _count: int = 0

    def strike(self, bot: int, method: str, params: Json) -> Fault | None:
        """Take the first fault that matches a call; it counts one time."""
        for fault in self._set.values():
            if fault.matches(bot, method, params):
                self.use(fault)
                return fault
        return None
