from typing import Final

import msgspec

from services.inference.kinds import SpokenSegment, TranscribePayload, TranscribeResult
from services.workers.backends import Opening, RunningJob
from services.workers.openai.client import Form, OpenAIClient

# Servers tell the format by the name of the file.
_ENDINGS: Final = {
    "audio/ogg": "ogg", "audio/opus": "ogg", "audio/mpeg": "mp3", "audio/mp3": "mp3",
    "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/wav": "wav", "audio/x-wav": "wav",
    "audio/flac": "flac", "audio/webm": "webm", "video/mp4": "mp4", "video/webm": "webm",
}  # fmt: skip
# OpenAI names languages, others give their codes.
_CODES: Final = {
    "arabic": "ar", "armenian": "hy", "azerbaijani": "az", "belarusian": "be", "bulgarian": "bg",
    "chinese": "zh", "czech": "cs", "dutch": "nl", "english": "en", "estonian": "et",
    "finnish": "fi", "french": "fr", "georgian": "ka", "german": "de", "greek": "el",
    "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id", "italian": "it",
    "japanese": "ja", "kazakh": "kk", "korean": "ko", "latvian": "lv", "lithuanian": "lt",
    "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "serbian": "sr", "slovak": "sk", "spanish": "es", "swedish": "sv", "tajik": "tg",
    "tatar": "tt", "turkish": "tr", "ukrainian": "uk", "uzbek": "uz", "vietnamese": "vi",
}  # fmt: skip
_CODE_LENGTH: Final = 2


class _Segment(msgspec.Struct, frozen=True):
    start: float
    end: float
    text: str


class _Answer(msgspec.Struct, frozen=True):
    text: str
    language: str | None = None
    segments: tuple[_Segment, ...] | None = None


async def open_recognizer(name: str, opening: Opening) -> "OpenAIRecognizer":
    """Open ``<model>@<base url>``; see ``OpenAIClient``."""
    return OpenAIRecognizer(OpenAIClient(name, opening))


class OpenAIRecognizer:
    """Speech to text by ``/audio/transcriptions``; some models give the text without its times."""

    def __init__(self, client: OpenAIClient) -> None:
        self._client = client

    async def run(self, payload: TranscribePayload, job: RunningJob) -> TranscribeResult:
        """See ``Backend.run``."""
        data = await job.fetch(payload.audio)
        media_type = payload.audio.media_type.partition(";")[0].strip().lower()
        language = {"language": payload.language} if payload.language else {}

        def form(response_format: str) -> Form:
            return Form(
                fields={
                    "model": self._client.model, "response_format": response_format, **language
                },
                file_name=f"speech.{_ENDINGS.get(media_type, 'ogg')}",
                data=data,
                media_type=media_type,
            )  # fmt: skip

        answer = await self._client.ask(
            "audio/transcriptions", form("verbose_json"), form("json"), answer=_Answer
        )
        return TranscribeResult(
            text=answer.text.strip(),
            language=_code(answer.language) or payload.language or "",
            segments=tuple(
                SpokenSegment(start_s=each.start, end_s=each.end, text=each.text.strip())
                for each in answer.segments or ()
            ),
        )

    async def close(self) -> None:
        """See ``Backend.close``."""
        await self._client.close()


def _code(language: str | None) -> str:
    name = (language or "").strip().lower()
    return name if len(name) == _CODE_LENGTH else _CODES.get(name, "")
