"""People who ask to come in."""

from typing import Final

from aiogram import methods

from playground.life import joining
from playground.life.group_view import request_json
from playground.methods.groups import demand, group_of
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.chats import Group
from playground.state.invites import JoinRequest

area = Area()
NO_RIGHT: Final = "not enough rights to manage chat join requests"
PRIVATE: Final = "the chat can't have join requests"
TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"


def _requested(
    caller: Caller, call: methods.ApproveChatJoinRequest | methods.DeclineChatJoinRequest
) -> tuple[Group, JoinRequest]:
    """Find a request.

    Raises:
        Refusal: The bot may not decide, or nobody asks.
    """
    group = group_of(caller, call.chat_id, private=PRIVATE)
    demand(caller, group, joining.INVITES, NO_RIGHT)
    if caller.town.users.find(call.user_id) is None:
        raise bad_request("USER_ID_INVALID")
    member = group.members.get(call.user_id)
    if member is not None and member.is_present:
        raise bad_request("USER_ALREADY_PARTICIPANT")
    if call.user_id not in group.join_requests:
        raise bad_request("HIDE_REQUESTER_MISSING")
    return group, group.join_requests[call.user_id]


@area.answers_to(methods.ApproveChatJoinRequest)
def approve_chat_join_request(caller: Caller, call: methods.ApproveChatJoinRequest) -> bool:
    """Let somebody in."""
    group, request = _requested(caller, call)
    joining.admit(caller.town, group, caller.bot.user, request)
    return True


@area.answers_to(methods.DeclineChatJoinRequest)
def decline_chat_join_request(caller: Caller, call: methods.DeclineChatJoinRequest) -> bool:
    """Turn somebody away."""
    group, request = _requested(caller, call)
    joining.turn_away(caller.town, group, request)
    return True


def _query(caller: Caller, query_id: str) -> tuple[Group, JoinRequest]:
    """Find a request that the bot guards.

    Raises:
        Refusal: There is none, or it has gone to the administrators.
    """
    joining.queue_unanswered(caller.town)
    for group in caller.town.chats.groups.values():
        for request in group.join_requests.values():
            if request.query_id == query_id and request.guard == caller.bot.id:
                return group, request
    raise bad_request(TOO_OLD)


@area.answers_to(methods.AnswerChatJoinRequestQuery)
def answer_chat_join_request_query(
    caller: Caller, call: methods.AnswerChatJoinRequestQuery
) -> bool:
    """Decide about somebody whom the bot was asked about, or leave it to the administrators."""
    if call.result not in {"approve", "decline", "queue"}:
        raise bad_request("unsupported join request query result specified")
    group, request = _query(caller, call.chat_join_request_query_id)
    if call.result == "approve":
        joining.admit(caller.town, group, caller.bot.user, request)
    elif call.result == "decline":
        joining.turn_away(caller.town, group, request)
    else:
        joining.queue(caller.town, group, request)
    return True


@area.answers_to(methods.SendChatJoinRequestWebApp)
def send_chat_join_request_web_app(caller: Caller, call: methods.SendChatJoinRequestWebApp) -> bool:
    """Show a Mini App to somebody who asks to come in; the decision may wait for it."""
    group, request = _query(caller, call.chat_join_request_query_id)
    if not call.web_app_url.startswith("https://"):
        raise bad_request("Web App URL must be an HTTPS URL")
    request.web_app_url = call.web_app_url
    caller.town.events.add(
        "join_request", to=[request.user.id], chat=group.id,
        request=request_json(request) | {"web_app_url": call.web_app_url},
    )  # fmt: skip
    return True
