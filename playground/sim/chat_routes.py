"""``/sim/...`` over HTTP: groups, who is in them, who may come in, what is allowed."""

from aiohttp import web

from playground.life.views import chat_json
from playground.sim import chat_bodies as bodies
from playground.sim import gathering, letting_in, membering, ruling
from playground.sim.bodies import read_json
from playground.sim.routes import number
from playground.town import Town

PLACE = "/sim/users/{user}/chats/{chat}"


def where(request: web.Request) -> tuple[int, int]:
    """Tell who acts, and in which chat."""
    return number(request, "user"), number(request, "chat")


class GroupRoutes:
    """Handlers of what people do about groups."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        return [
            web.post("/sim/groups", self.add_group),
            web.patch(PLACE, self.change),
            web.post(PLACE + "/join", self.join),
            web.post(PLACE + "/leave", self.leave),
            web.post(PLACE + "/members", self.add_member),
            web.patch(PLACE + "/members/{member}", self.set_member),
            web.delete(PLACE + "/members/{member}", self.remove_member),
            web.put(PLACE + "/send_as", self.send_as),
            web.post(PLACE + "/pin", self.pin),
            web.delete(PLACE + "/pin/{message}", self.unpin),
            web.post(PLACE + "/invite_links", self.new_link),
            web.post(PLACE + "/invite_links/revoke", self.revoke_link),
            web.put(PLACE + "/join_requests/{requester}", self.decide),
            web.post(PLACE + "/migrate", self.migrate),
            web.post("/sim/users/{user}/open", self.open),
            web.get("/sim/preview", self.preview),
        ]

    async def add_group(self, request: web.Request) -> web.Response:
        """A group is founded."""
        body = await read_json(request, bodies.GroupBody)
        plan = gathering.Plan(
            body.type, body.username, is_forum=body.is_forum,
            join_by_request=body.join_by_request, linked=body.linked,
        )  # fmt: skip
        group = gathering.add_group(
            self._town, body.title, body.creator,
            members=body.members, admins=body.admins, plan=plan,
        )  # fmt: skip
        return web.json_response(chat_json(self._town, group.place, body.creator))

    async def change(self, request: web.Request) -> web.Response:
        """Settings."""
        body = await read_json(request, bodies.ChatBody)
        wishes = {name: getattr(body, name) for name in body.model_fields_set}
        return web.json_response(ruling.change_chat(self._town, *where(request), wishes))

    async def join(self, request: web.Request) -> web.Response:
        """Come into a group."""
        body = await read_json(request, bodies.JoinBody)
        return web.json_response(letting_in.join(self._town, *where(request), body.invite_link))

    async def leave(self, request: web.Request) -> web.Response:
        """Go out of it."""
        return web.json_response(letting_in.leave(self._town, *where(request)))

    async def add_member(self, request: web.Request) -> web.Response:
        """Bring somebody."""
        body = await read_json(request, bodies.MemberBody)
        chat = membering.add_member(self._town, *where(request), body.user, payload=body.payload)
        return web.json_response(chat)

    async def set_member(self, request: web.Request) -> web.Response:
        """Promote, restrict, ban, call something."""
        body = await read_json(request, bodies.StatusBody)
        rights = None
        if body.rights is not None:
            rights = [name for name, given in body.rights.items() if given]
        wish = membering.Wish(
            body.status, body.permissions, rights, body.until_date, title=body.custom_title,
            tag=body.tag, is_anonymous=body.is_anonymous,
        )  # fmt: skip
        member = number(request, "member")
        return web.json_response(membering.set_member(self._town, *where(request), member, wish))

    async def remove_member(self, request: web.Request) -> web.Response:
        """Take somebody out."""
        member = number(request, "member")
        return web.json_response(membering.remove_member(self._town, *where(request), member))

    async def send_as(self, request: web.Request) -> web.Response:
        """Write in the name of a channel."""
        body = await read_json(request, bodies.SendAsBody)
        return web.json_response(membering.send_as(self._town, *where(request), body.chat))

    async def pin(self, request: web.Request) -> web.Response:
        """Pin a message."""
        body = await read_json(request, bodies.PinBody)
        return web.json_response(ruling.pin(self._town, *where(request), body.message_id))

    async def unpin(self, request: web.Request) -> web.Response:
        """Take one pin away."""
        message = number(request, "message")
        return web.json_response(ruling.unpin(self._town, *where(request), message))

    async def new_link(self, request: web.Request) -> web.Response:
        """Make an invite link."""
        body = await read_json(request, bodies.LinkBody)
        wish = letting_in.LinkWish(**body.model_dump())
        return web.json_response(letting_in.new_link(self._town, *where(request), wish))

    async def revoke_link(self, request: web.Request) -> web.Response:
        """Make a link useless."""
        body = await read_json(request, bodies.RevokeBody)
        link = letting_in.revoke_link(self._town, *where(request), body.invite_link)
        return web.json_response(link)

    async def decide(self, request: web.Request) -> web.Response:
        """Let somebody in who asked, or do not."""
        body = await read_json(request, bodies.DecisionBody)
        requester = number(request, "requester")
        return web.json_response(
            letting_in.decide(self._town, *where(request), requester, approve=body.approve)
        )

    async def migrate(self, request: web.Request) -> web.Response:
        """A basic group becomes a supergroup."""
        return web.json_response(ruling.migrate(self._town, *where(request)))

    async def preview(self, request: web.Request) -> web.Response:
        """What a link leads to."""
        return web.json_response(letting_in.preview(self._town, request.query.get("link", "")))

    async def open(self, request: web.Request) -> web.Response:
        """Follow a link of Telegram."""
        body = await read_json(request, bodies.OpenBody)
        person = number(request, "user")
        return web.json_response(letting_in.follow(self._town, person, body.link))
