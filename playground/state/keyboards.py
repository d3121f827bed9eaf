from dataclasses import dataclass, field

from aiogram.types import ForceReply, ReplyKeyboardMarkup

from playground.encoding import Json, encode
from playground.state.places import Place


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person sees under the input field of a chat."""

    keyboard: ReplyKeyboardMarkup | None = None
    force_reply: ForceReply | None = None
    message_id: int = 0

    def as_json(self) -> Json:
        """What a page needs."""
        forced: Json | None = None
        if self.force_reply is not None:
            placeholder = self.force_reply.input_field_placeholder
            forced = {"message_id": self.message_id, "placeholder": placeholder}
        keyboard = encode(self.keyboard) if self.keyboard is not None else None
        return {"keyboard": keyboard, "force_reply": forced}


@dataclass(slots=True)
class Keyboards:
    """Reply keyboards by place and person."""

    _shown: dict[tuple[Place, int], Shown] = field(default_factory=dict)

    def show(self, place: Place, person: int, shown: Shown) -> None:
        """Replace what the person sees; an empty one removes it."""
        self._shown[place, person] = shown

    def at(self, place: Place, person: int) -> Shown:
        """Give what the person sees."""
        return self._shown.get((place, person), Shown())
