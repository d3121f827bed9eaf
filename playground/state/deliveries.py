from dataclasses import dataclass, field
from typing import Final

from playground.encoding import Json
from playground.state.transient import TRANSIENT

DAY_S: Final = 86_400.0
LIFETIMES: Final = {
    "inline_query": 30.0, "callback_query": 150.0, "shipping_query": 150.0,
    "pre_checkout_query": 150.0, "chosen_inline_result": 600.0,
}  # fmt: skip
OF_MESSAGES: Final = frozenset({"message", "edited_message", "channel_post", "edited_channel_post"})


@dataclass(slots=True, eq=False)
class Delivery:
    """One update on its way to one bot.

    Attributes:
        state: ``held`` (a fault keeps it back), ``queued``, ``delivered``, ``confirmed``, or it
            never comes: ``lost`` (a fault), ``expired`` (nobody fetched it in time), ``dropped``.
        fault: What a fault did to it.
        is_copy: It is the second of a duplicate, which comes even after the first was confirmed.
        fails: How often a webhook did not take it.
        due_at: When it may be pushed again, or when a fault lets it go.
    """

    bot: int
    type: str
    update: Json
    queued_at: float
    update_id: int = 0
    id: int = 0
    seq: int = 0
    state: str = "queued"
    fault: str | None = None
    times: int = 0
    delivered_at: float | None = None
    confirmed_at: float | None = None
    is_copy: bool = False
    fails: int = 0
    due_at: float = 0.0
    pause_s: float = field(default=1.0, metadata=TRANSIENT)

    @property
    def lives_until(self) -> float:
        """When Telegram gives it up: a tap after 150 s, most after a day."""
        return self.queued_at + LIFETIMES.get(self.type, DAY_S)

    @property
    def lane(self) -> tuple[str, int]:
        """What it must keep its order with, when several are pushed at once.

        Messages of a chat come in order, so do the taps of a person; else nothing waits.
        """
        content = self.update[self.type]
        if self.type in OF_MESSAGES:
            return "messages", content["chat"]["id"]
        if "chat" in content and self.type != "chat_member":
            return self.type, content["chat"]["id"]
        person = content.get("from") or content.get("user") or {}
        return self.type, person.get("id", 0)

    def as_json(self) -> Json:
        """The entry of the delivery log."""
        return {
            "id": self.id, "seq": self.seq, "bot": self.bot, "update_id": self.update_id,
            "type": self.type, "update": self.update, "state": self.state, "fault": self.fault,
            "times": self.times, "queued_at": self.queued_at, "delivered_at": self.delivered_at,
            "confirmed_at": self.confirmed_at,
        }  # fmt: skip
