"""Faces and menu buttons."""

from aiogram import methods
from aiogram.types import (
    BufferedInputFile,
    InputProfilePhotoStatic,
    MenuButtonWebApp,
    WebAppInfo,
)

from tests.integration.playground.probe.frame import Probe
from tests.integration.playground.refusals.case import PIXEL

APP = MenuButtonWebApp(text="Open", web_app=WebAppInfo(url="https://example.com"))


async def probe(p: Probe) -> None:
    photo = InputProfilePhotoStatic(photo=BufferedInputFile(PIXEL, "face.png"))
    await p(methods.SetMyProfilePhoto(photo=photo))
    await p.alice.shows_face(PIXEL)
    for user in (p.alice.id, p.bot.id):
        known = await p(methods.GetUserProfilePhotos(user_id=user))
        assert known.total_count == 1
        await p(methods.GetUserProfileAudios(user_id=user))
    await p(methods.RemoveMyProfilePhoto())
    await p(methods.SetChatMenuButton(chat_id=p.alice.id, menu_button=APP))
    await p(methods.GetChatMenuButton(chat_id=p.alice.id))
