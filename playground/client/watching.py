"""A person waits for what a bot does, and checks what it does not."""

from collections.abc import Callable

from playground.client.someone import Pattern, Someone, quoted
from playground.client.story import Seen, SeenDraft, Toast, matches
from playground.client.wire import CALM_S, TIMEOUT_S, NotSeen


class Watching(Someone):
    """What somebody sees."""

    __slots__ = ()

    async def sees(
        self, pattern: Pattern = "", *, from_bot: bool = True, timeout_s: float = TIMEOUT_S,
        where: Callable[[Seen], bool] = lambda _: True,
    ) -> Seen:  # fmt: skip
        """Wait for a message that is new or was edited since this person's last act here.

        Args:
            pattern: A part of the text, or a compiled expression.
            from_bot: Look at messages of bots and via bots only; else at everybody else's.
            timeout_s: When to give up.
            where: Anything else that must hold.

        Raises:
            NotSeen: There is none; the message retells the conversation.
        """
        return await self.town.until(
            lambda: self._newest(pattern, where, from_bot=from_bot), timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"a message with {quoted(pattern)}"),
        )  # fmt: skip

    def _newest(
        self, pattern: Pattern, where: Callable[[Seen], bool], *, from_bot: bool
    ) -> Seen | None:
        for seen in self.story.messages.values():
            is_via = seen.message.via_bot is not None
            is_other = seen.from_bot or is_via if from_bot else seen.sender_id != self.id
            is_new = seen.seq > self.mark and self._is_here(seen)
            if is_new and is_other and matches(pattern, seen.text) and where(seen):
                return seen
        return None

    async def sees_nothing(
        self, pattern: Pattern = "", *, from_bot: bool = True, calm_s: float = CALM_S,
        timeout_s: float = TIMEOUT_S,
    ) -> None:  # fmt: skip
        """Check that nothing such came since this person's last act, once the bot is quiet.

        Raises:
            NotSeen: Something did come, or the bot does not become quiet.
        """
        await self.town.quiet(calm_s=calm_s, timeout_s=timeout_s)
        seen = self._newest(pattern, lambda _: True, from_bot=from_bot)
        if seen is not None:
            raise NotSeen(f"{self.name} sees {seen.text!r}\n{self.town.story.recent(self._key)}")

    async def sees_gone(self, message: Seen, *, timeout_s: float = TIMEOUT_S) -> None:
        """Wait until a message was deleted."""
        await self.town.until(
            lambda: self.story.gone.get(message.id), timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"message {message.id} deleted"),
        )  # fmt: skip

    async def sees_toast(self, pattern: Pattern = "", *, timeout_s: float = TIMEOUT_S) -> Toast:
        """Wait for the answer to this person's last tap."""

        def found() -> Toast | None:
            toasts = self.story.toasts.get(self.id, ())
            return next(
                (one for one in toasts if one.seq > self.mark and matches(pattern, one.text)), None
            )

        return await self.town.until(
            found, timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"a toast with {quoted(pattern)}"),
        )  # fmt: skip

    async def sees_draft(self, pattern: Pattern = "", *, timeout_s: float = TIMEOUT_S) -> SeenDraft:
        """Wait for a draft since this person's last act, shown now or replaced already."""

        def found() -> SeenDraft | None:
            drafts = self.story.drafts
            return next(
                (one for one in drafts if one.seq > self.mark and matches(pattern, one.text)), None
            )

        return await self.town.until(
            found, timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"a draft with {quoted(pattern)}"),
        )  # fmt: skip

    async def sees_action(self, action: str = "typing", *, timeout_s: float = TIMEOUT_S) -> None:
        """Wait for "typing..." or the like since this person's last act."""

        def found() -> bool | None:
            return any(at > self.mark and one == action for at, one in self.story.actions) or None

        await self.town.until(
            found, timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"the action {action}"),
        )  # fmt: skip

    async def sees_reaction(
        self, message: Seen, emoji: str, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Wait for a reaction under a message."""

        def found() -> bool | None:
            shown = self.story.reactions.get(message.id, [])
            return any(one["emoji"] == emoji for one in shown) or None

        await self.town.until(
            found, timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"{emoji} under message {message.id}"),
        )  # fmt: skip
