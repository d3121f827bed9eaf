"""What a group is called, how it looks, what is allowed in it."""

from aiogram import methods

from playground.life import settings
from playground.life.attaching import check_photo
from playground.life.views import announce
from playground.methods.groups import ONLY_SUPERGROUPS, demand, group_of
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.files import Upload
from playground.state.members import granted

area = Area()
LONGEST_TITLE = 128
LONGEST_DESCRIPTION = 255
INFO = "can_change_info"


@area.answers_to(methods.SetChatTitle)
def set_chat_title(caller: Caller, call: methods.SetChatTitle) -> bool:
    """Name a group anew; the group is told."""
    group = group_of(caller, call.chat_id, private="can't change private chat title")
    title = " ".join(call.title.split())[:LONGEST_TITLE]
    if not title:
        raise bad_request("title must be non-empty")
    demand(caller, group, INFO, "not enough rights to change chat title")
    if title == group.title:
        raise bad_request("chat title is not modified")
    settings.rename(caller.town, group, caller.bot.user, title)
    return True


@area.answers_to(methods.SetChatDescription)
def set_chat_description(caller: Caller, call: methods.SetChatDescription) -> bool:
    """Describe a group anew."""
    group = group_of(caller, call.chat_id, private="can't change private chat description")
    demand(caller, group, INFO, "not enough rights to set chat description")
    text = (call.description or "").strip()[:LONGEST_DESCRIPTION]
    if text == group.description:
        raise bad_request("chat description is not modified")
    settings.describe(caller.town, group, text)
    return True


@area.answers_to(methods.SetChatPermissions)
def set_chat_permissions(caller: Caller, call: methods.SetChatPermissions) -> bool:
    """Change what plain members may do."""
    group = group_of(caller, call.chat_id, private="can't change private chat permissions")
    if group.is_channel:
        raise bad_request("can't change channel chat permissions")
    words = "not enough rights to change chat permissions"
    demand(caller, group, "can_restrict_members", words)
    independent = bool(call.use_independent_chat_permissions)
    permissions = granted(call.permissions, independent=independent)
    if permissions == group.permissions:
        raise bad_request("CHAT_NOT_MODIFIED")
    settings.permit(caller.town, group, permissions)
    return True


@area.answers_to(methods.SetChatPhoto)
def set_chat_photo(caller: Caller, call: methods.SetChatPhoto) -> bool:
    """Give a group a picture."""
    group = group_of(caller, call.chat_id, private="can't change private chat photo")
    demand(caller, group, INFO, "not enough rights to change chat photo")
    upload: Upload | None = caller.uploads.get("photo") or next(iter(caller.uploads.values()), None)
    if upload is None:
        raise bad_request("there is no photo in the request")
    check_photo(upload)
    stored = caller.town.files.store("photo", upload)
    settings.portray(caller.town, group, caller.bot.user, stored)
    return True


@area.answers_to(methods.DeleteChatPhoto)
def delete_chat_photo(caller: Caller, call: methods.DeleteChatPhoto) -> bool:
    """Take a group's picture away."""
    group = group_of(caller, call.chat_id, private="can't change private chat photo")
    demand(caller, group, INFO, "not enough rights to change chat photo")
    if group.photo is None:
        raise bad_request("CHAT_NOT_MODIFIED")
    settings.portray(caller.town, group, caller.bot.user, None)
    return True


@area.answers_to_each(methods.SetChatStickerSet, methods.DeleteChatStickerSet)
def set_chat_sticker_set(
    caller: Caller, call: methods.SetChatStickerSet | methods.DeleteChatStickerSet
) -> bool:
    """Set the stickers of a supergroup, or take them away."""
    group = group_of(caller, call.chat_id, private=ONLY_SUPERGROUPS)
    if group.type != "supergroup":
        raise bad_request(ONLY_SUPERGROUPS)
    demand(caller, group, INFO, "not enough rights to change supergroup sticker set")
    group.sticker_set = getattr(call, "sticker_set_name", None)
    announce(caller.town, group.place)
    return True
