"""Rich messages and their drafts."""

from aiogram import methods
from aiogram.types import Message

from playground.encoding import encode
from playground.formatting.rich.limits import plain_text
from playground.methods.addressing import addressed
from playground.methods.drafting import draft_place, show
from playground.methods.richness import check_media_rights, rich_of
from playground.methods.speaking import say
from playground.registry import Area, Caller

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
    place = draft_place(caller, call)
    rich = rich_of(caller, call.rich_message, is_draft=True)
    return show(caller, call, place, plain_text(encode(rich)["blocks"]), [], rich=rich)
