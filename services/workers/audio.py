"""Sound files to samples and back, by PyAV; blocking, to be called in a thread."""

import io
from collections.abc import Callable
from fractions import Fraction
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.errors import ModelError, UnavailableError

LONGEST_S: Final = 3 * 3600
_OPUS_RATE: Final = 48_000
_FRAME: Final = 960
_BIT_RATE: Final = 32_000
# Other formats name further files and addresses, which are then opened, as playlists and SDP do.
_FORMATS: Final = (
    "aac,ac3,aiff,amr,asf,avi,caf,flac,flv,matroska,webm,mov,mp4,m4a,mp3,mpeg,mpegts,ogg,wav"
)


def decode(
    data: bytes, *, rate: int, check: Callable[[], None] = lambda: None
) -> NDArray[np.float32]:
    """Read any sound or video file as one channel.

    Args:
        data: The file.
        rate: Samples a second to give.
        check: Called all the while; what it raises ends the reading.

    Returns:
        Shape (n,), -1 to 1.

    Raises:
        ModelError: There is no sound in it, or hours of it.
        UnavailableError: PyAV is not installed.
    """
    av = _av()
    parts: list[NDArray[np.float32]] = []
    count = 0
    try:
        with av.open(io.BytesIO(data), options={"format_whitelist": _FORMATS}) as file:
            if not file.streams.audio:
                raise ModelError("there is no sound in the file")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            for frame in file.decode(file.streams.audio[0]):
                check()
                for piece in resampler.resample(frame):
                    parts.append(piece.to_ndarray().reshape(-1))
                    count += parts[-1].size
                if count > LONGEST_S * rate:
                    raise ModelError(f"the sound is longer than {LONGEST_S // 3600} hours")
            parts.extend(piece.to_ndarray().reshape(-1) for piece in resampler.resample(None))
    except (av.error.FFmpegError, ValueError) as error:
        raise ModelError("the file is no sound that can be read") from error
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


def encode_opus(samples: NDArray[np.float32], *, rate: int) -> bytes:
    """Write samples of one channel as OGG/Opus, which Telegram shows as a voice message.

    Args:
        samples: Shape (n,), -1 to 1; louder is cut.
        rate: Samples a second.

    Raises:
        UnavailableError: PyAV is not installed.
    """
    av = _av()
    target = io.BytesIO()
    with av.open(target, "w", format="ogg") as file:
        stream = file.add_stream("libopus", rate=_OPUS_RATE)
        stream.bit_rate = _BIT_RATE
        stream.layout = "mono"
        resampler = av.AudioResampler(
            format="s16", layout="mono", rate=_OPUS_RATE, frame_size=_FRAME
        )
        whole = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        frame.pts = 0
        for given in (frame, None):
            for piece in resampler.resample(given):
                file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return target.getvalue()


def _av() -> ModuleType:
    try:
        import av  # noqa: PLC0415 - only workers with ears or a voice need it
    except ImportError as error:
        raise UnavailableError(
            "PyAV is not installed; install it with: pip install av", dependency="workers"
        ) from error
    return av
