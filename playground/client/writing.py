"""A person writes, sends, edits and deletes."""

from playground.client.someone import Someone
from playground.story import Seen


class Writing(Someone):
    """What somebody sends."""

    __slots__ = ()

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
