"""A person taps, presses, reacts and stops."""

from playground.client.someone import Someone
from playground.client.story import Seen, SeenDraft
from playground.client.wire import TIMEOUT_S
from playground.encoding import Json


class Tapping(Someone):
    """What somebody does with what is shown."""

    __slots__ = ()

    async def reacts(self, message: Seen, emoji: str | list[str] | None) -> None:
        """Set a reaction, or take it back; people with Premium may set three."""
        await self._act("PUT", f"/messages/{message.id}/reaction", json={"emoji": emoji})

    async def taps(
        self, label: str, *, on: Seen | None = None, timeout_s: float = TIMEOUT_S
    ) -> Json:
        """Tap the newest inline button with this label; wait until there is one.

        Gives ``query_id``, or what a button without a bot behind it does (``url`` and the like).
        """

        def found() -> Seen | None:
            return on or self._with_button(label)

        message = await self.town.until(
            found, timeout_s=timeout_s, sentence=lambda: self._sentence(f"a button [{label}]")
        )
        return await self._act("POST", f"/messages/{message.id}/tap", json={"text": label})

    def _with_button(self, label: str) -> Seen | None:
        messages = reversed(self.story.messages.values())
        return next((message for message in messages if label in message.buttons), None)

    async def stops(self, *, timeout_s: float = TIMEOUT_S) -> SeenDraft:
        """Press Stop on the draft that is shown, once one can be stopped."""

        def found() -> SeenDraft | None:
            draft = self.story.draft
            return draft if draft is not None and draft.can_stop else None

        draft = await self.town.until(
            found, timeout_s=timeout_s, sentence=lambda: self._sentence("a draft with Stop")
        )
        await self._act("POST", f"/drafts/{draft.draft_id}/stop")
        return draft
