"""People put photos and music on their profiles."""

from playground.encoding import encode
from playground.life.attaching import check_photo, media_fields, photo_sizes
from playground.refusals import Refusal, SimError
from playground.state.files import StoredFile, Upload
from playground.town import Town


def add(town: Town, person: int, kind: str, upload: Upload) -> None:
    """Put a new photo, or a piece of music, in front of those before.

    Raises:
        SimError: There is no such person, or it is no picture.
    """
    user = town.users.person(person)
    if kind == "photo":
        try:
            check_photo(upload)
        except Refusal as refusal:
            raise SimError(400, f"this is not a usable picture: {refusal.description}") from refusal
        stored = town.files.store("photo", upload)
        town.photos.setdefault(person, []).insert(0, photo_sizes(stored))
    else:
        stored = town.files.store("audio", upload)
        town.audios.setdefault(person, []).insert(0, media_fields("audio", stored)["audio"])
    town.events.add("user", to=list(town.users.people), user=encode(user))


def remove(town: Town, person: int) -> None:
    """Take the newest photo away.

    Raises:
        SimError: There is none.
    """
    if not town.photos.get(town.users.person(person).id):
        raise SimError(404, "this person has no photo")
    town.photos[person].pop(0)
    town.events.add("user", to=list(town.users.people), user=encode(town.users.people[person]))


def newest(town: Town, user_id: int) -> StoredFile:
    """Give the photo that is shown of a person or a bot.

    Raises:
        SimError: There is none.
    """
    photos = town.photos.get(user_id)
    stored = town.files.find(photos[0][-1].file_id) if photos else None
    if stored is None:
        raise SimError(404, "there is no photo of this user")
    return stored
