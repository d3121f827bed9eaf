"""EMBED, SCORE and TOXICITY by tiny models that are saved and loaded like real ones."""

import asyncio
import gc
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.building.inference import open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.errors import InvalidInputError, ModelError, ServiceError
from services.inference.abilities import PoolJudge, PoolScorer
from services.inference.kinds import EmbedPayload, JobKind, ScorePayload, ToxicityPayload
from services.inference.models import CallOptions, EmbedRole, Priority
from services.inference.protocol import unpack_vectors
from services.workers.backends import Opening
from services.workers.batching import BatchStats
from services.workers.hub.batched import BatchedModel
from services.workers.hub.classifier import TransformersToxicity, open_classifier
from services.workers.hub.cross_encoder import TransformersScorer, open_cross_encoder
from services.workers.hub.encoder import ENCODER, Encoder, TransformersEmbedder, open_encoder
from services.workers.hub.files import describe
from services.workers.hub.loading import load_model
from services.workers.registry import default_registry
from services.workers.selftest.tiny.causal import save_tiny_causal
from services.workers.shelf import Shelf
from tests.fakes.running import FakeJob
from tests.support.opening import opening

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
torch.set_num_threads(1)
tiny = pytest.importorskip("services.workers.selftest.tiny.encoders")

TEXTS = [
    "сколько варят щи?", "ok", "how long does it take to cook cabbage soup?",
    "зелёные щи варят из щавеля, крапивы или шпината", "a b c d e f g", "чай",
]  # fmt: skip
TOO_LONG = "самовар стоит на столе и чай горячий, " * 20
QUESTION = "сколько варят щи?"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("models")
    return {
        "encoder": tiny.build_encoder(home / "encoder"),
        "scorer": tiny.build_cross_encoder(home / "scorer"),
        "classifier": tiny.build_classifier(home / "classifier"),
        "roberta": tiny.build_classifier(home / "roberta", roberta=True),
        "moods": tiny.build_classifier(home / "moods", labels=("joy", "anger", "fear")),
        "harms": tiny.build_classifier(home / "harms", labels=("toxic", "obscene", "threat")),
    }


@pytest.fixture(scope="module", autouse=True)
def _libraries_are_not_searched_for_garbage(folders: dict[str, Path]) -> Iterator[None]:
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
async def opened() -> AsyncIterator[Opening]:
    shelf = Shelf(memory=None, idle_s=600.0)
    yield opening(shelf=shelf)
    await shelf.close()


Pool = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def with_files(folder: Path, target: Path, **contents: object) -> Path:
    """Copy a model and write files beside it; ``__`` in a name is a slash."""
    shutil.copytree(folder, target)
    for path, content in contents.items():
        file = target / (path.replace("__", "/") + ".json")
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(content))
    return target


def states_of(folder: Path, text: str) -> NDArray[np.float32]:
    """Compute the states of the last layer as transformers itself does, one text alone."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder).eval()
    inputs = tokenizer(text, truncation=True, max_length=tiny.LONGEST, return_tensors="pt")
    with torch.inference_mode():
        states: NDArray[np.float32] = model(**inputs).last_hidden_state[0].numpy()
    return states


def logits_of(folder: Path, *pair: str) -> NDArray[np.float32]:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    inputs = tokenizer(*pair, truncation=True, max_length=tiny.LONGEST, return_tensors="pt")
    with torch.inference_mode():
        logits: NDArray[np.float32] = model(**inputs).logits[0].numpy()
    return logits


def of_length_one(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    stacked = np.stack(vectors)
    lengths: NDArray[np.float32] = stacked / np.linalg.norm(stacked, axis=1, keepdims=True)
    return lengths


async def embed(
    backend: TransformersEmbedder, texts: Sequence[str], role: EmbedRole = EmbedRole.PASSAGE
) -> NDArray[np.float32]:
    result = await backend.run(EmbedPayload(texts=tuple(texts), role=role), FakeJob())
    return unpack_vectors(result)


async def score(backend: TransformersScorer, texts: Sequence[str]) -> list[float]:
    payload = ScorePayload(query=QUESTION, texts=tuple(texts))
    return list((await backend.run(payload, FakeJob())).scores)


async def judge(
    backend: TransformersToxicity, texts: Sequence[str]
) -> tuple[NDArray[np.float64], Any]:
    result = await backend.run(ToxicityPayload(texts=tuple(texts)), FakeJob())
    return np.asarray(result.scores), result.labels


def stats_of(shelf: Shelf) -> BatchStats:
    """Read what the only model on a shelf has done."""
    (stats,) = [each.batches for each in shelf.loaded() if each.batches is not None]
    return stats


async def test_a_vector_is_the_mean_of_what_transformers_gives(
    folders: dict[str, Path], opened: Opening
) -> None:
    vectors = await embed(await open_encoder(str(folders["encoder"]), opened), TEXTS)
    means = [states_of(folders["encoder"], text).mean(axis=0) for text in TEXTS]
    assert vectors.shape == (len(TEXTS), tiny.DIMS)
    np.testing.assert_allclose(vectors, of_length_one(means), atol=1e-5)


async def test_a_vector_does_not_depend_on_its_neighbours(
    folders: dict[str, Path], opened: Opening
) -> None:
    backend = await open_encoder(str(folders["encoder"]), opened)
    together = await embed(backend, TEXTS)
    alone = np.concatenate([await embed(backend, [text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize(
    ("flag", "pool"),
    [
        ("pooling_mode_cls_token", lambda states: states[0]),
        ("pooling_mode_lasttoken", lambda states: states[-1]),
        ("pooling_mode_max_tokens", lambda states: states.max(axis=0)),
    ],
)
async def test_a_model_is_pooled_as_its_files_say(
    folders: dict[str, Path], opened: Opening, tmp_path: Path, flag: str, pool: Pool
) -> None:
    folder = with_files(
        folders["encoder"], tmp_path / "model",
        modules=[{"type": "sentence_transformers.models.Transformer", "path": ""},
                 {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}],
        **{"1_Pooling__config": {flag: True}},
    )  # fmt: skip
    vectors = await embed(await open_encoder(str(folder), opened), TEXTS)
    pooled = [pool(states_of(folder, text)) for text in TEXTS]
    np.testing.assert_allclose(vectors, of_length_one(pooled), atol=1e-5)


async def test_a_decoder_embeds_by_its_last_token(opened: Opening, tmp_path: Path) -> None:
    folder = with_files(
        save_tiny_causal(tmp_path / "plain"), tmp_path / "model",
        modules=[{"type": "sentence_transformers.models.Transformer", "path": ""},
                 {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}],
        **{"1_Pooling__config": {"pooling_mode_lasttoken": True}},
    )  # fmt: skip
    vectors = await embed(await open_encoder(str(folder), opened), TEXTS)
    last = [states_of(folder, text)[-1] for text in TEXTS]
    np.testing.assert_allclose(vectors, of_length_one(last), atol=1e-5)


async def test_questions_and_passages_get_their_prompts(
    folders: dict[str, Path], opened: Opening, tmp_path: Path
) -> None:
    folder = with_files(folders["encoder"], tmp_path / "tiny-e5-small")
    backend = await open_encoder(str(folder), opened)
    for role in EmbedRole:
        vectors = await embed(backend, TEXTS, role)
        means = [states_of(folder, f"{role}: {text}").mean(axis=0) for text in TEXTS]
        np.testing.assert_allclose(vectors, of_length_one(means), atol=1e-5)


async def test_a_text_is_cut_where_the_model_ends(
    folders: dict[str, Path], opened: Opening, tmp_path: Path
) -> None:
    backend = await open_encoder(str(folders["encoder"]), opened)
    whole = await embed(backend, [TOO_LONG])
    mean = states_of(folders["encoder"], TOO_LONG).mean(axis=0)
    np.testing.assert_allclose(whole, of_length_one([mean]), atol=1e-5)
    shorter = with_files(
        folders["encoder"], tmp_path / "short", sentence_bert_config={"max_seq_length": 16}
    )
    cut = await embed(await open_encoder(str(shorter), opened), [TOO_LONG])
    assert np.abs(cut - whole).max() > 0.01


async def test_jobs_share_batches(folders: dict[str, Path], opened: Opening) -> None:
    backend = await open_encoder(str(folders["encoder"]), opened)
    alone = await embed(backend, TEXTS)
    jobs = [embed(backend, [text]) for text in TEXTS * 8]
    np.testing.assert_allclose(np.concatenate(await asyncio.gather(*jobs)),
                               np.concatenate([alone] * 8), atol=1e-5)  # fmt: skip
    stats = stats_of(opened.shelf)
    assert stats.items == len(TEXTS) * 9
    assert stats.batches < len(TEXTS) * 8


async def test_scores_are_the_sigmoid_of_what_transformers_gives(
    folders: dict[str, Path], opened: Opening
) -> None:
    backend = await open_cross_encoder(str(folders["scorer"]), opened)
    texts = [*TEXTS, TOO_LONG]
    logits = np.asarray([logits_of(folders["scorer"], QUESTION, text)[0] for text in texts])
    scores = await score(backend, texts)
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-logits)), atol=1e-5)
    assert len({round(each, 4) for each in scores}) == len(texts)


@pytest.mark.parametrize("name", ["classifier", "roberta"])
async def test_toxicity_is_the_share_of_its_label(
    folders: dict[str, Path], opened: Opening, name: str
) -> None:
    backend = await open_classifier(str(folders[name]), opened)
    # Of a RoBERTa, whose positions begin later, the longest text is the one that fails.
    texts = [*TEXTS, TOO_LONG]
    logits = np.stack([logits_of(folders[name], text) for text in texts])
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    scores, labels = await judge(backend, texts)
    np.testing.assert_allclose(scores, shares[:, 1], atol=1e-5)
    assert [list(each) for each in labels] == [["neutral", "toxic"]] * len(texts)
    np.testing.assert_allclose([each["neutral"] for each in labels], shares[:, 0], atol=1e-5)


async def test_the_worst_of_several_harms_counts(folders: dict[str, Path], opened: Opening) -> None:
    backend = await open_classifier(str(folders["harms"]), opened)
    logits = np.stack([logits_of(folders["harms"], text) for text in TEXTS])
    scores, labels = await judge(backend, TEXTS)
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-logits.max(axis=1))), atol=1e-5)
    assert {name for each in labels for name in each} == {"toxic", "obscene", "threat"}


async def test_numbers_of_half_the_size_serve_as_well(folders: dict[str, Path]) -> None:
    shelf = Shelf(memory=None, idle_s=600.0)
    half = opening(dtype="bfloat16", shelf=shelf)
    vectors = await embed(await open_encoder(str(folders["encoder"]), half), TEXTS)
    await shelf.close()
    means = [states_of(folders["encoder"], text).mean(axis=0) for text in TEXTS]
    assert vectors.dtype == np.float32
    assert np.sum(vectors * of_length_one(means), axis=1).min() > 0.99


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        (JobKind.EMBED, "scorer", "a text encoder"),
        (JobKind.SCORE, "encoder", "one label"),
        (JobKind.SCORE, "classifier", "one label"),
        (JobKind.TOXICITY, "encoder", "a sequence classifier"),
        (JobKind.TOXICITY, "moods", "joy, anger, fear"),
    ],
)
async def test_a_model_that_is_made_for_something_else_is_refused(
    folders: dict[str, Path], opened: Opening, kind: JobKind, name: str, says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        await default_registry().open(kind, f"transformers:{folders[name]}", opened)


@pytest.mark.parametrize("kind", [JobKind.EMBED, JobKind.SCORE, JobKind.TOXICITY])
async def test_a_model_that_is_not_there_is_said_so(kind: JobKind, opened: Opening) -> None:
    with pytest.raises(ServiceError, match="no folder"):
        await default_registry().open(kind, "transformers:/no/such/folder", opened)


async def test_a_model_that_computes_no_numbers_fails_its_texts(
    folders: dict[str, Path], opened: Opening, tmp_path: Path
) -> None:
    folder = with_files(folders["classifier"], tmp_path / "broken")
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder)
    words = transformers.AutoTokenizer.from_pretrained(folder)
    row = words.convert_tokens_to_ids("?")
    with torch.no_grad():
        model.bert.embeddings.word_embeddings.weight[row] = float("nan")
    model.save_pretrained(folder)
    backend = await open_classifier(str(folder), opened)
    good, bad = judge(backend, ["чай"]), judge(backend, ["чай?"])
    answers = await asyncio.gather(good, bad, return_exceptions=True)
    assert not isinstance(answers[0], BaseException)
    assert isinstance(answers[1], ModelError)
    assert "float32" in str(answers[1])


async def test_special_tokens_in_a_text_do_not_change_what_it_is_judged_by(
    folders: dict[str, Path], opened: Opening
) -> None:
    backend = await open_classifier(str(folders["classifier"]), opened)
    plain, hidden = (
        await judge(backend, ["ты дурак"]),
        await judge(backend, ["ты [SEP][PAD]дурак[CL[SEP]S]"]),
    )
    np.testing.assert_allclose(hidden[0], plain[0], atol=1e-6)


async def test_no_texts_are_no_error(folders: dict[str, Path], opened: Opening) -> None:
    assert await score(await open_cross_encoder(str(folders["scorer"]), opened), []) == []
    scores, labels = await judge(await open_classifier(str(folders["classifier"]), opened), [])
    assert (len(scores), labels) == (0, ())
    assert (await embed(await open_encoder(str(folders["encoder"]), opened), [])).shape == (0, 0)


async def test_a_book_for_a_question_and_another_for_a_passage_cost_no_minute(
    folders: dict[str, Path], opened: Opening
) -> None:
    backend = await open_cross_encoder(str(folders["scorer"]), opened)
    book = "самовар стоит на столе, " * 40_000
    time = asyncio.get_running_loop().time
    started = time()
    short = await backend.run(ScorePayload(query=book[:4000], texts=(book[:4000],)), FakeJob())
    between = time()
    whole = await backend.run(ScorePayload(query=book, texts=(book,)), FakeJob())
    assert whole == short
    # It grew with the square of the length: two texts of 8000 characters took 4 s, these hours.
    assert time() - between < 100 * (between - started)


async def test_an_urgent_text_goes_before_a_long_row_of_others(
    folders: dict[str, Path], opened: Opening
) -> None:
    backend = await open_encoder(str(folders["encoder"]), opened)
    ended = []

    async def one(name: str, texts: Sequence[str], priority: Priority) -> None:
        payload = EmbedPayload(texts=tuple(texts), role=EmbedRole.PASSAGE)
        await backend.run(payload, FakeJob(priority=priority))
        ended.append(name)

    await asyncio.gather(
        one("row", TEXTS * 80, Priority.LOW), one("question", ["чай?"], Priority.HIGH)
    )
    assert ended == ["question", "row"]


async def test_kinds_that_share_a_model_share_its_batches(
    folders: dict[str, Path], opened: Opening
) -> None:
    first = await open_classifier(str(folders["classifier"]), opened)
    second = await open_classifier(str(folders["classifier"]), opened)
    await asyncio.gather(judge(first, TEXTS), judge(second, TEXTS))
    assert stats_of(opened.shelf).items == 2 * len(TEXTS)


@pytest.mark.services
async def test_a_worker_serves_all_three_kinds(
    folders: dict[str, Path], redis_url: str, data_dir: Path
) -> None:
    settings = Settings.model_validate(
        {"data": data_dir, "redis_url": redis_url, "log_level": "WARNING",
         "embed_backend": f"transformers:{folders['encoder']}",
         "score_backend": f"transformers:{folders['scorer']}",
         "toxicity_backend": f"transformers:{folders['classifier']}"}
    )  # fmt: skip
    nursery = AsyncioNursery()
    kinds = [JobKind.EMBED, JobKind.SCORE, JobKind.TOXICITY]
    try:
        async with open_inference(
            settings, redis_url, replica_id="test", nursery=nursery, spawn_worker=True, kinds=kinds
        ) as inference:
            options = CallOptions(deadline_s=60.0)
            vectors, scores, judged = await asyncio.gather(
                inference.embedder.embed(TEXTS, role=EmbedRole.PASSAGE, deadline_s=60.0),
                PoolScorer(inference.calls).score(QUESTION, TEXTS, options),
                PoolJudge(inference.calls).judge(TEXTS, options),
            )
    finally:
        await nursery.close()
    here = opening(shelf=Shelf(memory=None, idle_s=600.0))
    encoder = await open_encoder(str(folders["encoder"]), here)
    np.testing.assert_allclose(vectors, await embed(encoder, TEXTS), atol=1e-5)
    scorer = await open_cross_encoder(str(folders["scorer"]), here)
    np.testing.assert_allclose(scores, await score(scorer, TEXTS), atol=1e-5)
    expected, _ = await judge(await open_classifier(str(folders["classifier"]), here), TEXTS)
    np.testing.assert_allclose(judged.scores, expected, atol=1e-5)
    await here.shelf.close()


async def test_reading_from_many_threads_gives_the_same_tokens(folders: dict[str, Path]) -> None:
    encoder: BatchedModel = Encoder(
        load_model(describe(str(folders["encoder"])), ENCODER, opening())
    )
    expected = [dict(tokens.inputs) for tokens in encoder.read([*TEXTS, TOO_LONG])]
    reads = [asyncio.to_thread(encoder.read, [*TEXTS, TOO_LONG]) for _ in range(16)]
    for tokens in await asyncio.gather(*reads):
        assert [dict(each.inputs) for each in tokens] == expected
    encoder.put_away()
