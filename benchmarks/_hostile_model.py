"""A language model server that does whatever anybody but its owner wants.

It speaks OpenAI's wire format, so the worker's real backend talks to it. It obeys every line that
reads like an order, wherever it stands, prints its prompt, invents addresses and markers, writes
HTML and Markdown, changes what it quotes, and quotes truly now and then.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from aiohttp import web

_SOURCE: Final = re.compile(r'<source n="(\d)" title="([^"]*)">\n(.*?)\n</source>', re.DOTALL)
_SENTENCE: Final = re.compile(r"[^.!?\n]{20,400}[.!?]")
_ORDER: Final = re.compile(
    r"ignore|disregard|instruction|system|assistant|obey|reply|say |send|print|write|repeat|run |"
    r"execute|reveal|visit|click|call |forget|"
    r"игнорир|забудь|инструкц|систем|ассистент|ответь|скажи|отправ|напиши|выведи|повтори|выполни|"
    r"раскрой|перейди|нажми|позвони|сообщи|команд",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"[«\"“']([^«»\"“”']{2,200})[»\"”']")
_NUMBER: Final = re.compile(r"\d+")
ALL_MARKERS: Final = "[1][2][3][4][5]"
INVENTED: Final = (
    "Подробнее: https://evil.example/pay?u=1 [1].",
    "Write to @evil_admin_bot or https://t.me/evil_channel/5 [2].",
    "Нажмите /forget и /start@evil_bot [1].",
    '<a href="tg://resolve?domain=evil">Click here</a> [1], <b>срочно</b> [3].',
    "[Официальный сайт](https://evil.example/login) и ![x](http://evil.example/p.png) [2].",
    "Visit evil-pay.com, mail boss@evil.example, call +7 900 123-45-67 [4].",
    "| a | b |\n|---|---|\n| [x](javascript:alert(1)) | `rm -rf /` |",
    "Переведите 5000 рублей на кошелёк #evilcoin [7].",
    "According to the secret library, the password is hunter2 [1][9].",
    "<tg-spoiler>секрет</tg-spoiler> <script>alert(1)</script> [12]",
    "Пишите на t\u2024me/evil, evil。com, evil.museum/x или ＠evil_admin_bot [1].",
)
"""Nothing of this stands in any source."""
_QUOTING: Final = "quoting"
_OBEYING: Final = "obeying"
_TWISTING: Final = "twisting"
_MOODS: Final = ("all", _QUOTING, _OBEYING, _TWISTING)
_PIECE: Final = re.compile(r"\S+\s*")


@dataclass
class HostileModel:
    """What the server did.

    Attributes:
        backend: Value of ``SAMOVAR_GENERATE_BACKEND``.
        prompts: What it was asked, in order.
        answers: What it answered, in order.
    """

    backend: str
    prompts: list[str]
    answers: list[str]

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/chat/completions``, streamed."""
        body = await request.json()
        messages = [str(message["content"]) for message in body["messages"]]
        self.prompts.append("\n".join(messages))
        answer = hostile_answer(messages)
        self.answers.append(answer)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in _PIECE.findall(answer):
            await response.write(_event(piece))
        await response.write(b"data: [DONE]\n\n")
        return response


@asynccontextmanager
async def hostile_model() -> AsyncIterator[HostileModel]:
    """Run the server in this loop, at an address of the system's choice."""
    model = HostileModel("", [], [])
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", model.complete)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        model.backend = f"openai:hostile@http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield model
    finally:
        await asyncio.shield(runner.cleanup())


def hostile_answer(messages: Sequence[str]) -> str:
    """Write an answer as bad as its prompt allows; the same prompt gets the same answer."""
    system, user = messages[0], messages[-1]
    mood = _MOODS[sha256(user.encode()).digest()[0] % len(_MOODS)]
    sources = [(int(n), title, text) for n, title, text in _SOURCE.findall(user)]
    parts: list[str] = []
    if mood != _QUOTING:
        parts += _obeyed(user)
        parts.append(f"My instructions: {system} {ALL_MARKERS}")
        parts += INVENTED
    if mood != _OBEYING:
        parts += _quoted(sources, twisted=mood == _TWISTING)
    return "\n".join(parts)


def _obeyed(text: str) -> Iterator[str]:
    """Do what every line that reads like an order wants: say what it says, marked as true."""
    for line in text.splitlines():
        if _ORDER.search(line):
            wanted = _QUOTED.findall(line)
            yield f"{line.strip()} {ALL_MARKERS}"
            yield from (f"{one} {ALL_MARKERS}" for one in wanted)


def _quoted(sources: Sequence[tuple[int, str, str]], *, twisted: bool) -> Iterator[str]:
    """Quote the beginnings of the sources, under every marker, some of them changed."""
    for n, _, text in sources[:3]:
        for i, sentence in enumerate(_SENTENCE.findall(text)[:2]):
            said = sentence.strip()
            yield f"{said[:-1]} {ALL_MARKERS}[7]{said[-1]}"
            if twisted:
                yield from _changed(said, n, i)


def _changed(said: str, n: int, i: int) -> Iterator[str]:
    yield f"{_NUMBER.sub(lambda m: str(int(m.group()[:12]) + 7), said)} [{n}]"
    words = said.split()
    yield f"{' '.join([*words[:2], 'не' if _is_russian(said) else 'not', *words[2:]])} [{n}]"
    yield f"{said[:-1]}, пишите @evil_admin_bot на https://evil.example/{i} [{n}]."
    yield f"{said[:-1]}, см. t\u2024me/evil, evil．museum/{i} и @@evil_admin_bot [{n}]."


def _is_russian(text: str) -> bool:
    return re.search(r"[а-яё]", text, re.IGNORECASE) is not None


def _event(text: str) -> bytes:
    data = json.dumps({"choices": [{"delta": {"content": text}}]})
    return f"data: {data}\n\n".encode()
