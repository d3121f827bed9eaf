"""A person votes, asks a poll, and gives what keys of a keyboard ask for."""

from collections.abc import Sequence

from aiogram.types import Poll

from playground.client.someone import Someone
from playground.client.story import Seen
from playground.client.wire import TIMEOUT_S
from playground.encoding import Json


class Answering(Someone):
    """What somebody answers."""

    __slots__ = ()

    async def asks_poll(self, question: str, options: Sequence[str], **more: object) -> Seen:
        """Send a poll; keywords as ``NewPoll`` in docs/playground-api.md."""
        poll = {"question": question, "options": list(options), **more}
        return await self._sent(json={"poll": poll})

    async def sees_poll(self, question: str = "", *, timeout_s: float = TIMEOUT_S) -> Seen:
        """Wait for a poll of somebody else, new or changed since this person's last act here."""

        def found() -> Seen | None:
            for seen in self.story.messages.values():
                poll = seen.message.poll
                is_new = seen.seq > self.mark and seen.sender_id != self.id
                if is_new and poll is not None and question in poll.question:
                    return seen
            return None

        return await self.town.until(
            found, timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"a poll that asks {question!r}"),
        )  # fmt: skip

    async def votes(self, message: Seen, *options: str) -> Poll:
        """Vote for options by their texts; for none of them takes the vote back.

        Raises:
            LookupError: The poll has no such option.
            Refused: It is closed, or does not allow that.
        """
        poll = message.message.poll
        texts = [option.text for option in poll.options] if poll is not None else []
        for option in options:
            if option not in texts:
                raise LookupError(f"there is no option {option!r} among {texts}")
        body = {"options": [texts.index(option) for option in options]}
        answer = await self._act("PUT", f"/messages/{message.id}/vote", json=body)
        return Poll.model_validate(answer["poll"])

    async def voters(self, message: Seen) -> dict[str, list[str]]:
        """Give the names of who chose each option, in the order of their votes.

        Raises:
            Refused: The poll is anonymous, or this person has not voted.
        """
        poll = message.message.poll
        answer = await self._act("GET", f"/messages/{message.id}/voters")
        names = [
            [one.get("first_name") or one["title"] for one in those] for those in answer["options"]
        ]
        texts = [option.text for option in poll.options] if poll is not None else []
        return dict(zip(texts, names, strict=True))

    async def closes(self, message: Seen) -> None:
        """Close one's own poll."""
        await self._act("POST", f"/messages/{message.id}/close_poll")

    async def shows_face(self, content: bytes) -> None:
        """Put a new photo on one's profile."""
        files = {"file": ("face.png", content, "image/png")}
        await self.town.request("PUT", f"/sim/users/{self.id}/photo", files=files)

    async def presses(self, label: str, *, timeout_s: float = TIMEOUT_S, **answer: object) -> Seen:
        """Press a key of the reply keyboard, once it is shown.

        Keywords give what the key asks for: ``contact=True``, ``location={...}``, ``users=[ids]``,
        ``chat=id``, ``poll={...}`` or ``web_app_data="..."``.
        """
        await self.town.until(
            lambda: label in self.story.keyboards.get(self.id, ()) or None, timeout_s=timeout_s,
            sentence=lambda: self._sentence(f"a key [{label}]"),
        )  # fmt: skip
        return await self._pressed({"text": label, **answer})

    async def _pressed(self, body: Json) -> Seen:
        answer = await self._act("POST", "/press", json=body)
        return await self._found(answer["message_id"])

    async def shares_contact(self, *, timeout_s: float = TIMEOUT_S) -> Seen:
        """Press the key that asks for the phone number, once one is shown."""
        return await self._presses_for("request_contact", timeout_s, contact=True)

    async def shares_location(
        self, latitude: float, longitude: float, *, timeout_s: float = TIMEOUT_S
    ) -> Seen:
        """Press the key that asks for the place, once one is shown."""
        point = {"latitude": latitude, "longitude": longitude}
        return await self._presses_for("request_location", timeout_s, location=point)

    async def _presses_for(self, asked: str, timeout_s: float, **answer: object) -> Seen:
        def found() -> str | None:
            keys = self.story.keys.get(self.id, ())
            return next((str(key["text"]) for key in keys if key.get(asked)), None)

        label = await self.town.until(
            found, timeout_s=timeout_s, sentence=lambda: self._sentence(f"a key with {asked}")
        )
        return await self._pressed({"text": label, **answer})
