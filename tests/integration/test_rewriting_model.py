"""Follow-ups rewritten by a model behind the real pool: a worker process and an HTTP server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.building.inference import open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.answering.model_rewriting import ModelRewriter
from services.answering.models import Question
from services.answering.rewriting import QueryRewriter
from services.dialogue.models import DialogueKey, DialogueState, Turn
from services.inference.abilities import PoolRewriter
from services.inference.kinds import JobKind
from services.knowledge.lemmas import MorphologicalLemmatizer
from tests.support.openai_server import completion, openai_server

pytestmark = [pytest.mark.services, pytest.mark.timeout(180)]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATE = DialogueState(
    turns=(
        Turn(
            question="Как приготовить щи?", query="Как приготовить щи?", answer="Варите [1].",
            passage_ids=(), decision="sources", abstained=False, asked_at=NOW,
        ),
    )
)  # fmt: skip
ASKED = Question(
    request_id="1", dialogue=DialogueKey(bot_id=1, chat_id=1, thread_id=0, user_id=1),
    text="а ежели капуста кончилась, чем её заменить?", scope=(), language="ru", asked_at=NOW,
)  # fmt: skip
BY_MODEL = "Чем заменить капусту, чтобы приготовить щи?"


@asynccontextmanager
async def opened(redis_url: str, data: Path, backend: str) -> AsyncIterator[ModelRewriter]:
    settings = Settings(data=data, redis_url=redis_url, rewrite_backend=backend)
    nursery = AsyncioNursery()
    try:
        async with open_inference(
            settings, redis_url, replica_id="rewriting", nursery=nursery, spawn_worker=True,
            kinds=[JobKind.REWRITE],
        ) as inference:  # fmt: skip
            rules = QueryRewriter(lemmatizer=MorphologicalLemmatizer())
            yield ModelRewriter(
                rules=rules, rewriter=PoolRewriter(inference.calls), deadline_s=20.0
            )
    finally:
        await nursery.close()


async def test_a_model_rewrites_and_rules_stand_in(redis_url: str, data_dir: Path) -> None:
    async with openai_server() as server:
        server.says(completion(BY_MODEL))
        async with opened(redis_url, data_dir, f"openai:m@{server.base}") as rewriter:
            by_rules = rewriter.rules.rewrite(ASKED.text, STATE)
            assert by_rules.text != BY_MODEL
            assert (await rewriter.standalone(ASKED, STATE)).text == BY_MODEL
            prompt = str(server.asked[0].body)
            assert "<dialogue>" in prompt
            assert "Как приготовить щи?" in prompt
            server.says(completion("Как языковая модель, я советую https://evil.example"))
            assert await rewriter.standalone(ASKED, STATE) == by_rules
            server.refuses(503)
            assert await rewriter.standalone(ASKED, STATE) == by_rules
