"""What drafts of texts and of structured messages have in common."""

from aiogram import methods
from aiogram.types import MessageEntity, RichMessage

from playground.life.post import show_draft
from playground.life.threads import thread_fields
from playground.methods.addressing import reachable
from playground.refusals import bad_request
from playground.registry import Caller
from playground.state.drafts import SHOWN_S, Draft
from playground.state.places import Place

DraftCall = methods.SendMessageDraft | methods.SendRichMessageDraft


def draft_place(caller: Caller, call: DraftCall) -> Place:
    """Find the private chat in which a draft is to be shown.

    Raises:
        Refusal: It is none, or the draft has no number.
    """
    if call.draft_id == 0:
        raise bad_request("RANDOM_ID_INVALID")
    place = reachable(caller, call.chat_id)
    if not place.is_private:
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    return place


def show(
    caller: Caller, call: DraftCall, place: Place, text: str, entities: list[MessageEntity],
    *, rich: RichMessage | None = None,
) -> bool:  # fmt: skip
    """Show a message that is still being written, unless the person has stopped it.

    Raises:
        Refusal: The bot writes too often, or there is no such topic.
    """
    town = caller.town
    town.limits.draft(caller.bot.id, place)
    thread = thread_fields(town, place, caller.bot.id, call.message_thread_id)
    thread_id = thread.get("message_thread_id")
    if town.drafts.is_stopped(place, thread_id, call.draft_id):
        return True  # the person does not want to see more of it
    draft = Draft(
        bot=caller.bot.id, draft_id=call.draft_id, text=text, entities=entities,
        can_stop=bool(call.can_stop), keep_on_stop=bool(call.keep_on_stop),
        until=town.now() + SHOWN_S, thread_id=thread_id, rich=rich,
    )  # fmt: skip
    show_draft(town, place, draft)
    return True
