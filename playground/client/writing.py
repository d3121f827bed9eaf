"""A person writes, sends, edits and deletes."""

from collections.abc import Sequence

from playground.client.someone import Someone
from playground.client.story import Seen


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

    async def sends_album(
        self, *files: bytes, name: str = "photo.png", mime: str = "image/png", caption: str = "",
    ) -> list[Seen]:  # fmt: skip
        """Send several files of one type as an album."""
        data: dict[str, str | int] = {"kind": "album", "caption": caption}
        if self.thread_id is not None:
            data["thread_id"] = self.thread_id
        parts = [("file", (name, content, mime)) for content in files]
        answer = await self._act("POST", "/messages", data=data, files=parts)
        return [await self._found(message["message_id"]) for message in answer["messages"]]

    async def sends_location(
        self, latitude: float, longitude: float, *, live_period: int | None = None
    ) -> Seen:
        """Send a point on the map."""
        point = {"latitude": latitude, "longitude": longitude, "live_period": live_period}
        return await self._sent(json={"location": point})

    async def sends_contact(self, phone_number: str, first_name: str) -> Seen:
        """Send somebody's telephone number."""
        contact = {"phone_number": phone_number, "first_name": first_name}
        return await self._sent(json={"contact": contact})

    async def rolls(self, emoji: str = "🎲") -> Seen:
        """Roll a die, throw a dart and the like."""
        return await self._sent(json={"dice": emoji})

    async def forwards(self, message: Seen, to: Someone) -> Seen:
        """Show a message in another chat."""
        path = f"/messages/{message.id}/forward"
        answer = await self._act("POST", path, json={"to": to.chat_id})
        return await to.found(answer["message_id"])

    async def forwards_all(self, messages: Sequence[Seen], to: Someone) -> list[Seen]:
        """Show messages in another chat together; what was an album is one there, too."""
        body = {"message_ids": [message.id for message in messages], "to": to.chat_id}
        answer = await self._act("POST", "/forward", json=body)
        return [await to.found(message["message_id"]) for message in answer["messages"]]
