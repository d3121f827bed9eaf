"""Sticker sets that bots make and change."""

import re
import secrets
from typing import Final

from aiogram import methods
from aiogram.types import File, InputSticker, Sticker, StickerSet

from playground.life.attaching import media_fields
from playground.methods.uploading import file_of, thumbnail_in
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.files import Facts
from playground.state.stickers import Pack

area = Area()
NAME: Final = re.compile(r"[A-Za-z](?!\w*__)\w{0,63}", re.ASCII)
FORMATS: Final = frozenset({"static", "animated", "video"})
TYPES: Final = frozenset({"regular", "mask", "custom_emoji"})
MOST_AT_ONCE: Final = 50
MOST: Final = {"regular": 120, "mask": 120, "custom_emoji": 200}
MOST_EMOJI: Final = 20
MOST_KEYWORDS: Final = 20
LONGEST_TITLE: Final = 64


@area.answers_to(methods.UploadStickerFile)
def upload_sticker_file(caller: Caller, call: methods.UploadStickerFile) -> File:
    """Keep a file to make a sticker of later."""
    _check_format(call.sticker_format)
    caller.town.user(call.user_id)
    stored = file_of(
        caller, "sticker", call.sticker, facts=Facts(sticker_format=call.sticker_format)
    )
    return File(
        file_id=stored.id, file_unique_id=stored.unique_id, file_size=stored.size,
        file_path=stored.path,
    )  # fmt: skip


def _check_format(given: str) -> None:
    if given not in FORMATS:
        raise bad_request("invalid sticker format specified")


@area.answers_to(methods.CreateNewStickerSet)
def create_new_sticker_set(caller: Caller, call: methods.CreateNewStickerSet) -> bool:
    """Make a set."""
    caller.town.user(call.user_id)
    _check_name(caller, call.name)
    if caller.town.stickers.pack(call.name) is not None:
        raise bad_request("sticker set name is already occupied")
    if len(call.stickers) > MOST_AT_ONCE:
        raise bad_request("STICKERS_TOO_MUCH")
    if not call.stickers:
        raise bad_request("at least 1 sticker must be specified")
    kind = call.sticker_type or "regular"
    if kind not in TYPES:
        raise bad_request("unsupported sticker type specified")
    pack = Pack(call.name, _title(call.title), caller.bot.id, call.user_id, kind)
    for given in call.stickers:
        _put(caller, pack, given)
    caller.town.stickers.add(pack)
    return True


def _check_name(caller: Caller, name: str) -> None:
    ending = f"_by_{caller.bot.username}".lower()
    if not NAME.fullmatch(name) or not name.lower().endswith(ending):
        raise bad_request("invalid sticker set name is specified")


def _title(title: str) -> str:
    clean = " ".join(title.split())[:LONGEST_TITLE]
    if not clean:
        raise bad_request("PACK_TITLE_INVALID")
    return clean


def _put(caller: Caller, pack: Pack, given: InputSticker) -> Sticker:
    """Make a sticker of what is given, and put it at the end of a set."""
    words = "can't parse InputSticker: "
    if given.format not in FORMATS:
        raise bad_request(f"{words}Invalid sticker format specified")
    if not given.emoji_list:
        raise bad_request(f"{words}emoji list must be non-empty")
    if len(given.emoji_list) > MOST_EMOJI:
        raise bad_request(f"{words}too many emoji specified")
    facts = Facts(sticker_format=given.format, emoji=given.emoji_list[0])
    missing = f"{words}sticker not found"
    stored = file_of(caller, "sticker", given.sticker, facts=facts, missing=missing)
    made: Sticker = media_fields("sticker", stored)["sticker"]
    sticker = made.model_copy(update={
        "type": pack.sticker_type, "set_name": pack.name, "emoji": given.emoji_list[0],
        "mask_position": given.mask_position if pack.sticker_type == "mask" else None,
        "custom_emoji_id": str(secrets.randbits(62)) if pack.sticker_type == "custom_emoji"
        else None,
    })  # fmt: skip
    pack.stickers.append(sticker)
    pack.keywords[sticker.file_id] = list(given.keywords or ())[:MOST_KEYWORDS]
    return sticker


def _own_pack(caller: Caller, name: str) -> Pack:
    pack = caller.town.stickers.pack(name)
    if pack is None or pack.bot != caller.bot.id:
        raise bad_request("STICKERSET_INVALID")
    return pack


def _own_sticker(caller: Caller, file_id: str) -> tuple[Pack, Sticker]:
    if not file_id:
        raise bad_request("sticker is not specified")
    pack = caller.town.stickers.holder(file_id)
    if pack is None or pack.bot != caller.bot.id:
        raise bad_request("STICKER_INVALID")
    return pack, next(one for one in pack.stickers if one.file_id == file_id)


@area.answers_to(methods.AddStickerToSet)
def add_sticker_to_set(caller: Caller, call: methods.AddStickerToSet) -> bool:
    """Put a sticker at the end of a set."""
    caller.town.user(call.user_id)
    pack = _own_pack(caller, call.name)
    if len(pack.stickers) >= MOST[pack.sticker_type]:
        raise bad_request("STICKERS_TOO_MUCH")
    _put(caller, pack, call.sticker)
    return True


@area.answers_to(methods.ReplaceStickerInSet)
def replace_sticker_in_set(caller: Caller, call: methods.ReplaceStickerInSet) -> bool:
    """Put a sticker in the place of another one."""
    pack = _own_pack(caller, call.name)
    holder, old = _own_sticker(caller, call.old_sticker)
    if holder is not pack:
        raise bad_request("STICKER_INVALID")
    at = pack.stickers.index(old)
    new = _put(caller, pack, call.sticker)
    pack.stickers.remove(new)
    pack.stickers[at] = new
    return True


@area.answers_to(methods.GetStickerSet)
def get_sticker_set(caller: Caller, call: methods.GetStickerSet) -> StickerSet:
    """Give a set."""
    pack = caller.town.stickers.pack(call.name)
    if pack is None:
        raise bad_request("STICKERSET_INVALID")
    return pack.as_type()


@area.answers_to(methods.GetCustomEmojiStickers)
def get_custom_emoji_stickers(
    caller: Caller, call: methods.GetCustomEmojiStickers
) -> list[Sticker]:
    """Give custom emoji; those that are not there are left out."""
    return caller.town.stickers.emoji(call.custom_emoji_ids)


@area.answers_to(methods.SetStickerPositionInSet)
def set_sticker_position(caller: Caller, call: methods.SetStickerPositionInSet) -> bool:
    """Move a sticker inside its set."""
    pack, sticker = _own_sticker(caller, call.sticker)
    pack.stickers.remove(sticker)
    pack.stickers.insert(max(call.position, 0), sticker)
    return True


@area.answers_to(methods.DeleteStickerFromSet)
def delete_sticker_from_set(caller: Caller, call: methods.DeleteStickerFromSet) -> bool:
    """Take a sticker out of its set."""
    pack, sticker = _own_sticker(caller, call.sticker)
    pack.stickers.remove(sticker)
    return True


@area.answers_to(methods.SetStickerEmojiList)
def set_sticker_emoji_list(caller: Caller, call: methods.SetStickerEmojiList) -> bool:
    """Change what emoji a sticker stands for; the first one is told of it."""
    pack, sticker = _own_sticker(caller, call.sticker)
    if not call.emoji_list:
        raise bad_request("can't parse emoji list: emoji list must be non-empty")
    changed = sticker.model_copy(update={"emoji": call.emoji_list[0]})
    pack.stickers[pack.stickers.index(sticker)] = changed
    return True


@area.answers_to(methods.SetStickerKeywords)
def set_sticker_keywords(caller: Caller, call: methods.SetStickerKeywords) -> bool:
    """Change by what words a sticker is found."""
    pack, sticker = _own_sticker(caller, call.sticker)
    pack.keywords[sticker.file_id] = list(call.keywords or ())[:MOST_KEYWORDS]
    return True


@area.answers_to(methods.SetStickerMaskPosition)
def set_sticker_mask_position(caller: Caller, call: methods.SetStickerMaskPosition) -> bool:
    """Change where a mask is put on a face."""
    pack, sticker = _own_sticker(caller, call.sticker)
    if pack.sticker_type != "mask":
        raise bad_request("STICKER_INVALID")
    changed = sticker.model_copy(update={"mask_position": call.mask_position})
    pack.stickers[pack.stickers.index(sticker)] = changed
    return True


@area.answers_to(methods.SetStickerSetTitle)
def set_sticker_set_title(caller: Caller, call: methods.SetStickerSetTitle) -> bool:
    """Change the title of a set."""
    _own_pack(caller, call.name).title = _title(call.title)
    return True


@area.answers_to(methods.SetStickerSetThumbnail)
def set_sticker_set_thumbnail(caller: Caller, call: methods.SetStickerSetThumbnail) -> bool:
    """Change the small picture of a set."""
    _check_format(call.format)
    pack = _own_pack(caller, call.name)
    pack.thumbnail = thumbnail_in(caller, call.thumbnail)
    return True


@area.answers_to(methods.DeleteStickerSet)
def delete_sticker_set(caller: Caller, call: methods.DeleteStickerSet) -> bool:
    """Take a set away."""
    caller.town.stickers.remove(_own_pack(caller, call.name))
    return True
