"""What may be attached to a poll, its explanation and its options."""

from typing import Any

from aiogram.types import (
    InputMediaLink,
    InputMediaLocation,
    InputMediaVenue,
    Link,
    Location,
    PollMedia,
    Venue,
)

from playground.life.attaching import media_fields
from playground.methods.uploading import file_of
from playground.registry import Caller


def poll_media(caller: Caller, given: Any) -> PollMedia | None:  # noqa: ANN401 - an InputMedia
    """Give what a bot attaches to a poll as people and bots see it.

    Raises:
        Refusal: The file is not there or unusable.
    """
    if given is None:
        return None
    if isinstance(given, InputMediaLink):
        return PollMedia(link=Link(url=given.url))
    if isinstance(given, InputMediaVenue):
        place = Location(latitude=given.latitude, longitude=given.longitude)
        return PollMedia(venue=Venue(location=place, title=given.title, address=given.address))
    if isinstance(given, InputMediaLocation):
        return PollMedia(
            location=Location(
                latitude=given.latitude, longitude=given.longitude,
                horizontal_accuracy=given.horizontal_accuracy,
            )
        )  # fmt: skip
    fields = media_fields(given.type, file_of(caller, given.type, given.media))
    return PollMedia(**{name: fields[name] for name in PollMedia.model_fields if name in fields})
