"""One person in one chat: what they do and what they see."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from playground.encoding import Json
from playground.story import Chat, Conversation, Seen, SeenDraft, Toast, chat_of, matches
from playground.wire import CALM_S, TIMEOUT_S, NotSeen, Wire

Pattern = str | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Talk:
    """One person in one chat."""

    town: Wire
    id: int
    name: str
    chat_id: int

    @property
    def mark(self) -> int:
        """When this person last did something here, as the number of the last event before it."""
        return self.town.marks.get((self.id, self.chat_id), 0)

    @property
    def _path(self) -> str:
        return f"/sim/users/{self.id}/chats/{self.chat_id}"

    @property
    def _key(self) -> Chat:
        return chat_of(self.id, self.chat_id)

    @property
    def story(self) -> Conversation:
        """What was seen of this chat up to now."""
        return self.town.story.at(self._key)

    async def _act(self, method: str, path: str, **more: Any) -> Json:  # noqa: ANN401 - httpx's
        """Do something; what is seen from now on is later than it."""
        await self.town.look(0.0)
        mark = self.town.story.seq
        answer = await self.town.request(method, f"{self._path}{path}", **more)
        self.town.marks[self.id, self.chat_id] = mark
        return answer

    async def _sent(self, **more: Any) -> Seen:  # noqa: ANN401 - httpx's
        answer = await self._act("POST", "/messages", **more)
        return await self._found(answer["message_id"])

    async def _found(self, message_id: int) -> Seen:
        return await self.town.until(
            lambda: self.story.messages.get(message_id), timeout_s=TIMEOUT_S,
            sentence=lambda: f"message {message_id} is not shown",
        )  # fmt: skip

    async def says(self, text: str) -> Seen:
        """Send a text."""
        return await self._sent(json={"text": text})

    async def replies(self, to: Seen, text: str) -> Seen:
        """Send a text in reply."""
        return await self._sent(json={"text": text, "reply_to": to.id})

    async def sends(
        self, kind: str, content: bytes, *, name: str, mime: str, caption: str = "",
        reply_to: Seen | None = None, duration: int | None = None,
    ) -> Seen:  # fmt: skip
        """Send a file of a kind: photo, voice, audio, document, video, ..."""
        data: dict[str, str | int] = {"kind": kind, "caption": caption}
        if reply_to is not None:
            data["reply_to"] = reply_to.id
        if duration is not None:
            data["duration"] = duration
        return await self._sent(data=data, files={"file": (name, content, mime)})

    async def sends_photo(self, content: bytes, *, caption: str = "") -> Seen:
        """Send a picture: PNG, JPEG, GIF or WebP."""
        mime = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
        return await self.sends("photo", content, name="photo.jpg", mime=mime, caption=caption)

    async def sends_voice(self, content: bytes, *, duration: int | None = None) -> Seen:
        """Send a voice note in OGG/Opus."""
        return await self.sends(
            "voice", content, name="voice.ogg", mime="audio/ogg", duration=duration
        )

    async def sends_document(
        self, content: bytes, *, name: str, mime: str = "application/octet-stream",
        caption: str = "",
    ) -> Seen:  # fmt: skip
        """Send a file as it is."""
        return await self.sends("document", content, name=name, mime=mime, caption=caption)

    async def edits(self, message: Seen, text: str) -> Seen:
        """Change one's own message."""
        name = "text" if message.message.text else "caption"
        answer = await self._act("PATCH", f"/messages/{message.id}", json={name: text})
        await self.town.look(0.0)
        return await self._found(answer["message_id"])

    async def deletes(self, message: Seen) -> None:
        """Delete a message."""
        await self._act("DELETE", f"/messages/{message.id}")

    async def reacts(self, message: Seen, emoji: str | None) -> None:
        """Set a reaction, or take it back."""
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

    async def presses(self, label: str, *, timeout_s: float = TIMEOUT_S) -> Seen:
        """Press a key of the reply keyboard, once it is shown."""
        await self.town.until(
            lambda: label in self.story.keyboards.get(self.id, ()) or None, timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"a key [{label}]"),
        )  # fmt: skip
        return await self.says(label)

    async def sees(
        self, pattern: Pattern = "", *, from_bot: bool = True, timeout_s: float = TIMEOUT_S,
        where: Callable[[Seen], bool] = lambda _: True,
    ) -> Seen:  # fmt: skip
        """Wait for a message that is new or was edited since this person's last act here.

        Args:
            pattern: A part of the text, or a compiled expression.
            from_bot: Look at messages of bots only; else at everybody else's.
            timeout_s: When to give up.
            where: Anything else that must hold.

        Raises:
            NotSeen: There is none; the message retells the conversation.
        """
        return await self.town.until(
            lambda: self._newest(pattern, where, from_bot=from_bot), timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"a message with {_quoted(pattern)}"),
        )  # fmt: skip

    def _newest(
        self, pattern: Pattern, where: Callable[[Seen], bool], *, from_bot: bool
    ) -> Seen | None:
        for seen in self.story.messages.values():
            is_other = seen.from_bot if from_bot else seen.sender_id != self.id
            if seen.seq > self.mark and is_other and matches(pattern, seen.text) and where(seen):
                return seen
        return None

    async def sees_gone(self, message: Seen, *, timeout_s: float = TIMEOUT_S) -> None:
        """Wait until a message was deleted."""
        await self.town.until(
            lambda: self.story.gone.get(message.id), timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"message {message.id} deleted"),
        )  # fmt: skip

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

    async def sees_toast(self, pattern: Pattern = "", *, timeout_s: float = TIMEOUT_S) -> Toast:
        """Wait for the answer to this person's last tap."""

        def found() -> Toast | None:
            toasts = self.story.toasts.get(self.id, ())
            return next(
                (one for one in toasts if one.seq > self.mark and matches(pattern, one.text)), None
            )

        return await self.town.until(
            found, timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"a toast with {_quoted(pattern)}"),
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
            sentence=lambda: self._sentence(f"a draft with {_quoted(pattern)}"),
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

    async def chat(self) -> Json:
        """Read the whole chat anew: members, commands, keyboard, pin."""
        return await self.town.request("GET", self._path)

    async def commands(self) -> list[str]:
        """Read the names in the menu of this chat."""
        return [str(one["command"]) for one in (await self.chat())["commands"]]

    def history(self) -> Sequence[Seen]:
        """Give the messages seen so far, oldest first."""
        return list(self.story.messages.values())

    def _sentence(self, expected: str) -> str:
        return f"{self.name} sees {expected}. What happened:\n{self.town.story.recent(self._key)}"


def _quoted(pattern: Pattern) -> str:
    return repr(pattern if isinstance(pattern, str) else pattern.pattern)
