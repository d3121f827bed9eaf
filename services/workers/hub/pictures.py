"""Pictures that people sent, decoded with care."""

import io
from typing import TYPE_CHECKING, Final

from services.errors import ModelError, UnavailableError

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_LARGEST_BYTES: Final = 20_000_000
# Some kilobytes can unpack to gigabytes; a phone's camera takes 50 million at most.
_MOST_PIXELS: Final = 60_000_000
# Models look at less.
_LONGEST_SIDE: Final = 2048


def decode_picture(data: bytes) -> "Image":
    """Decode a picture: upright, in RGB, 2048 pixels wide or high at most; blocks.

    Raises:
        ModelError: It is none, it is broken, or too large.
        UnavailableError: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - by an extra
    except ImportError as error:
        raise UnavailableError(
            "Pillow is not installed; install it with: pip install pillow", dependency="workers"
        ) from error
    if len(data) > _LARGEST_BYTES:
        raise ModelError("the picture has more than 20 MB")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ModelError("the picture has more than 60 million pixels")
            picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except UnidentifiedImageError as error:
        raise ModelError("what is to be looked at is no picture that is known here") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ModelError("the picture is broken") from error
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return upright
