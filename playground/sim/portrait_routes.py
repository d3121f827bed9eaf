"""People give a group a picture, or take it away."""

from aiohttp import web
from aiohttp.web_request import FileField

from playground.encoding import Json
from playground.life import settings
from playground.life.attaching import check_photo
from playground.life.views import chat_json
from playground.refusals import Refusal, SimError
from playground.sim.asking import open_group, with_right
from playground.sim.chat_routes import PLACE
from playground.sim.paths import where
from playground.state.files import Upload
from playground.town import Town


class PortraitRoutes:
    """Handlers of a group's picture."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        return [web.put(PLACE + "/photo", self.set), web.delete(PLACE + "/photo", self.remove)]

    async def set(self, request: web.Request) -> web.Response:
        """Another picture."""
        file = (await request.post()).get("file")
        if not isinstance(file, FileField):
            raise SimError(400, 'the part "file" is missing')
        upload = Upload(file.filename, file.content_type, file.file.read())
        return web.json_response(portray(self._town, *where(request), upload))

    async def remove(self, request: web.Request) -> web.Response:
        """No picture."""
        return web.json_response(portray(self._town, *where(request), None))


def portray(town: Town, person: int, chat: int, upload: Upload | None) -> Json:
    """Give a group another picture, or none.

    Raises:
        SimError: The person may not, or the file is no picture.
    """
    group = open_group(town, chat)
    actor = with_right(town, person, group, "can_change_info")
    if upload is not None:
        _check(upload)
    stored = town.files.store("photo", upload) if upload is not None else None
    settings.portray(town, group, actor, stored)
    return chat_json(town, group.place, person)


def _check(upload: Upload) -> None:
    try:
        check_photo(upload)
    except Refusal as refusal:
        raise SimError(400, "this file cannot be the picture of a group") from refusal
