"""A message as people see it, where that is less than its bot sees."""

from aiogram.types import Message, PaidMediaPhoto, PaidMediaPreview, PaidMediaVideo

from playground.encoding import Json, encode


def shown(message: Message) -> Json:
    """Give the JSON of a message for people: paid media are locked, as nobody pays here."""
    info = message.paid_media
    if info is None:
        return dict(encode(message))
    locked = [_preview(media) for media in info.paid_media]
    hidden = info.model_copy(update={"paid_media": locked})
    return dict(encode(message.model_copy(update={"paid_media": hidden})))


def _preview(media: object) -> PaidMediaPreview:
    if isinstance(media, PaidMediaPhoto):
        largest = media.photo[-1]
        return PaidMediaPreview(width=largest.width, height=largest.height)
    if isinstance(media, PaidMediaVideo):
        video = media.video
        return PaidMediaPreview(width=video.width, height=video.height, duration=video.duration)
    return PaidMediaPreview()
