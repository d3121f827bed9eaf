"""Rich messages and their drafts."""

from aiogram import methods
from aiogram.types import Message

from playground.encoding import encode
from playground.formatting.rich.limits import plain_text
from playground.life.post import show_draft
from playground.life.threads import thread_fields
from playground.methods.addressing import addressed, reachable
from playground.methods.richness import check_media_rights, rich_of
from playground.methods.speaking import say
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.drafts import SHOWN_S, Draft

area = Area()


@area.answers_to(methods.SendRichMessage)
def send_rich_message(caller: Caller, call: methods.SendRichMessage) -> Message:
    """Send a structured message."""
    envelope = addressed(caller, call)
    rich = rich_of(caller, call.rich_message)
    check_media_rights(caller, envelope.place, rich)
    return say(caller, envelope, call.reply_markup, rich_message=rich)


@area.answers_to(methods.SendRichMessageDraft)
def send_rich_message_draft(caller: Caller, call: methods.SendRichMessageDraft) -> bool:
    """Show a structured message that is still being written."""
    if call.draft_id == 0:
        raise bad_request("RANDOM_ID_INVALID")
    place = reachable(caller, call.chat_id)
    if not place.is_private:
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    town = caller.town
    rich = rich_of(caller, call.rich_message, is_draft=True)
    town.limits.draft(caller.bot.id, place)
    thread = thread_fields(town, place, caller.bot.id, call.message_thread_id)
    thread_id = thread.get("message_thread_id")
    if town.drafts.is_stopped(place, thread_id, call.draft_id):
        return True  # the person does not want to see more of it
    draft = Draft(
        bot=caller.bot.id, draft_id=call.draft_id, text=plain_text(encode(rich)["blocks"]),
        entities=[], can_stop=bool(call.can_stop), keep_on_stop=bool(call.keep_on_stop),
        until=town.now() + SHOWN_S, thread_id=thread_id, rich=rich,
    )  # fmt: skip
    show_draft(town, place, draft)
    return True
