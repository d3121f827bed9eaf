"""Photos and music on profiles."""

from typing import Final

from aiogram import methods
from aiogram.types import InputProfilePhotoAnimated, UserProfileAudios, UserProfilePhotos

from playground.life.attaching import photo_sizes
from playground.methods.menus import menus_changed
from playground.methods.uploading import ATTACHED, file_of
from playground.refusals import bad_request
from playground.registry import Area, Caller

area = Area()
MOST_AT_ONCE: Final = 100


@area.answers_to(methods.SetMyProfilePhoto)
def set_my_profile_photo(caller: Caller, call: methods.SetMyProfilePhoto) -> bool:
    """Show a new picture of the bot; those before it stay behind it."""
    given = call.photo
    if isinstance(given, InputProfilePhotoAnimated):
        kind, file = "animation", given.animation
    else:
        kind, file = "photo", given.photo
    if not str(file).startswith(ATTACHED):
        raise bad_request("photo must be uploaded as an InputFile")
    stored = file_of(caller, kind, file)
    caller.town.photos.setdefault(caller.bot.id, []).insert(0, photo_sizes(stored))
    menus_changed(caller)
    return True


@area.answers_to(methods.RemoveMyProfilePhoto)
def remove_my_profile_photo(caller: Caller, _call: methods.RemoveMyProfilePhoto) -> bool:
    """Take the picture of the bot away; the one before it is shown again."""
    photos = caller.town.photos.get(caller.bot.id)
    if photos:
        photos.pop(0)
        menus_changed(caller)
    return True


@area.answers_to(methods.GetUserProfilePhotos)
def get_user_profile_photos(
    caller: Caller, call: methods.GetUserProfilePhotos
) -> UserProfilePhotos:
    """Give somebody's pictures, the newest first."""
    photos = caller.town.photos.get(caller.town.user(call.user_id).id, [])
    begin, end = _page(call)
    return UserProfilePhotos(total_count=len(photos), photos=[*photos[begin:end]])


@area.answers_to(methods.GetUserProfileAudios)
def get_user_profile_audios(
    caller: Caller, call: methods.GetUserProfileAudios
) -> UserProfileAudios:
    """Give somebody's music, the newest first."""
    audios = caller.town.audios.get(caller.town.user(call.user_id).id, [])
    begin, end = _page(call)
    return UserProfileAudios(total_count=len(audios), audios=audios[begin:end])


def _page(call: methods.GetUserProfilePhotos | methods.GetUserProfileAudios) -> tuple[int, int]:
    begin = max(call.offset or 0, 0)
    return begin, begin + min(max(call.limit or MOST_AT_ONCE, 1), MOST_AT_ONCE)
