from typing import Final

import msgspec

from services.inference.kinds import SpeakPayload, SpeakResult
from services.workers.backends import Opening, RunningJob
from services.workers.openai.client import OpenAIClient
from services.workers.openai.ogg import opus_seconds

_VOICE: Final = "alloy"
_SLOWEST, _FASTEST = 0.25, 4.0


class _Request(msgspec.Struct, frozen=True, kw_only=True):
    model: str
    input: str
    voice: str
    response_format: str
    speed: float


async def open_speaker(name: str, opening: Opening) -> "OpenAISpeaker":
    """Open ``<model>@<base url>`` or ``<model>#<voice>@<base url>``."""
    client = OpenAIClient(name, opening)
    model, _, voice = client.model.partition("#")
    return OpenAISpeaker(client, model, voice or _VOICE)


class OpenAISpeaker:
    """Text to speech by ``/audio/speech``, as OGG/Opus."""

    def __init__(self, client: OpenAIClient, model: str, voice: str) -> None:
        self._client = client
        self._model = model
        self._voice = voice

    async def run(self, payload: SpeakPayload, job: RunningJob) -> SpeakResult:
        """See ``Backend.run``."""
        request = _Request(
            model=self._model,
            input=payload.text,
            voice=self._voice,
            response_format="opus",
            speed=min(max(payload.speed, _SLOWEST), _FASTEST),
        )
        sound = await self._client.read("audio/speech", request)
        seconds = opus_seconds(sound)
        return SpeakResult(audio=await job.keep(sound, "audio/ogg"), seconds=seconds)

    async def close(self) -> None:
        """See ``Backend.close``."""
        await self._client.close()
