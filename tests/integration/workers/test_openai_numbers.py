"""Vectors, relevance and toxicity by a server that speaks as OpenAI's does: real HTTP."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
from aiohttp import web

from services.errors import UnavailableError
from services.inference.kinds import (
    EmbedPayload,
    ScorePayload,
    ToxicityPayload,
)
from services.inference.models import EmbedRole
from services.inference.protocol import unpack_vectors
from tests.fakes.running import FakeJob
from tests.support.openai_server import (
    Asked,
    Bench,
    openai_bench,
)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with openai_bench() as opened:
        yield opened


async def test_vectors_come_in_the_order_of_the_texts_and_of_length_one(bench: Bench) -> None:
    bench.server.says(
        {"data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 4]}]}
    )
    result = await bench.does(EmbedPayload(texts=("a", "b"), role=EmbedRole.PASSAGE))
    np.testing.assert_allclose(unpack_vectors(result), [[0.6, 0.8], [0.0, 1.0]], rtol=1e-6)
    (asked,) = bench.server.asked
    assert asked.path == "embeddings"
    assert asked.body == {
        "model": "m", "input": ["a", "b"], "encoding_format": "float",
        "truncate_prompt_tokens": -1,
    }  # fmt: skip


async def test_no_texts_have_no_vectors_and_ask_nobody(bench: Bench) -> None:
    result = await bench.does(EmbedPayload(texts=(), role=EmbedRole.QUERY))
    assert len(unpack_vectors(result)) == 0
    assert not bench.server.asked


@pytest.mark.parametrize(
    ("model", "first"),
    [
        ("intfloat/multilingual-e5-small", "query: a"),
        ("intfloat/multilingual-e5-large-instruct", "a"),
        ("bge-m3", "a"),
    ],
)
async def test_models_that_were_trained_to_be_told_are_told_what_a_text_is(
    bench: Bench, model: str, first: str
) -> None:
    bench.server.says({"data": [{"index": 0, "embedding": [1]}]})
    await bench.does(EmbedPayload(texts=("a",), role=EmbedRole.QUERY), model=model)
    assert bench.server.asked[0].body["input"] == [first]


@pytest.mark.parametrize(
    "data",
    [
        [],
        [{"index": 0, "embedding": [1.0]}],
        [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}],
        [{"index": 1, "embedding": [1.0]}, {"index": 2, "embedding": [1.0]}],
        [{"index": n, "embedding": [1.0]} for n in range(3)],
        [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}],
        [{"index": 0, "embedding": []}, {"index": 1, "embedding": []}],
        [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [0.0]}],
        [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1e300]}],
        [{"index": 0, "embedding": "AAAA"}, {"index": 1, "embedding": "AAAA"}],
    ],
)
async def test_vectors_that_cannot_be_are_refused(bench: Bench, data: object) -> None:
    bench.server.says({"data": data})
    with pytest.raises(UnavailableError, match="sends"):
        await bench.does(EmbedPayload(texts=("a", "b"), role=EmbedRole.QUERY))


async def test_a_server_that_refuses_a_field_is_asked_without_it_from_then_on(
    bench: Bench,
) -> None:
    def strict(asked: Asked) -> web.StreamResponse:
        if "truncate_prompt_tokens" in asked.body:
            return web.json_response({"error": {"message": "unknown field"}}, status=400)
        return web.json_response({"data": [{"index": 0, "embedding": [1]}]})

    bench.server.answer = strict
    payload = EmbedPayload(texts=("a",), role=EmbedRole.QUERY)
    await bench.does(payload)
    await bench.opened[0].run(payload, FakeJob())
    asked = ["truncate_prompt_tokens" in each.body for each in bench.server.asked]
    assert asked == [True, False, False]


async def test_scores_come_in_the_order_of_the_texts(bench: Bench) -> None:
    bench.server.says(
        {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": -2}]}
    )
    result = await bench.does(ScorePayload(query="щи?", texts=("a", "b")))
    assert result.scores == (-2.0, 0.9)
    (asked,) = bench.server.asked
    assert asked.path == "rerank"
    assert asked.body["documents"] == ["a", "b"]
    assert (asked.body["query"], asked.body["top_n"]) == ("щи?", 2)


async def test_missing_scores_are_refused_and_no_texts_ask_nobody(bench: Bench) -> None:
    bench.server.says({"results": [{"index": 1, "relevance_score": 0.9}]})
    with pytest.raises(UnavailableError, match="number of results"):
        await bench.does(ScorePayload(query="?", texts=("a", "b")))
    asked = len(bench.server.asked)
    assert (await bench.does(ScorePayload(query="?", texts=()))).scores == ()
    assert (await bench.does(ToxicityPayload(texts=()))).scores == ()
    assert len(bench.server.asked) == asked


@pytest.mark.parametrize(
    ("labels", "score"),
    [
        ({"harassment": 0.1, "harassment/threatening": 0.7, "violence": 0.99}, 0.7),
        ({"hate": 0.2, "illicit": None, "sexual": 0.9}, 0.2),
        ({"severe_toxic": 0.3, "insult": 0.4}, 0.4),
        ({"toxic": 0.25, "neutral": 0.75}, 0.25),
        ({"non-toxic": 0.9, "bad": 0.1}, 0.1),
    ],
)
async def test_toxicity_is_the_strongest_label_about_rudeness(
    bench: Bench, labels: dict[str, float | None], score: float
) -> None:
    bench.server.says({"results": [{"flagged": True, "category_scores": labels}]})
    result = await bench.does(ToxicityPayload(texts=("a",)))
    assert result.scores == (score,)
    assert result.labels[0] == {name: value for name, value in labels.items() if value is not None}
    assert bench.server.asked[0].body == {"model": "m", "input": ["a"]}


@pytest.mark.parametrize(
    "results", [[], [{"category_scores": {}}], [{"category_scores": {"hate": 7.0}}]]
)
async def test_judgements_that_cannot_be_are_refused(bench: Bench, results: object) -> None:
    bench.server.says({"results": results})
    with pytest.raises(UnavailableError, match="sends"):
        await bench.does(ToxicityPayload(texts=("a",)))
