"""Detox and translation by real models of transformers that the tests save."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.errors import InvalidInputError, ModelError
from services.inference.kinds import DetoxPayload, RudeText, TranslatePayload
from services.workers.backends import Opening
from services.workers.hub.detox import open_detoxifier
from services.workers.hub.languages import detox_wording
from services.workers.hub.masked import MaskedDetoxifier
from services.workers.hub.seq2seq import Seq2SeqDetoxifier, open_translator
from services.workers.selftest.tiny.diffusion import build_pipeline
from services.workers.selftest.tiny.masked import LONGEST, build_masked
from services.workers.selftest.tiny.seq2seq import build_seq2seq
from tests.fakes.running import FakeJob
from tests.support.opening import opening
from tests.support.sentencepiece_models import save_sentencepiece_model

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("diffusers")

Pair = tuple[str, str]

RUDE = "ты дурак и не лечишься. "


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("models")
    build_seq2seq(folder / "seq2seq")
    build_masked(folder / "masked")
    return folder


@pytest.fixture
async def place() -> AsyncIterator[Opening]:
    """Where models are opened, and put away after the test."""
    place = opening()
    yield place
    await place.shelf.close()


def detox(*texts: str | RudeText) -> DetoxPayload:
    rude = [RudeText(text=each) if isinstance(each, str) else each for each in texts]
    return DetoxPayload(texts=tuple(rude), language="ru")


async def test_texts_are_written_anew_in_their_order(models: Path, place: Opening) -> None:
    backend = await open_detoxifier(str(models / "seq2seq"), place)
    assert isinstance(backend, Seq2SeqDetoxifier)
    texts = ("иди прочь", "ты дурак", RUDE * 3, "молчи")
    together = (await backend.run(detox(*texts), FakeJob())).texts
    alone = [(await backend.run(detox(text), FakeJob())).texts[0] for text in texts]
    assert len(set(together)) == len(texts)
    # Padding must not change what a text becomes, as far as its own room goes.
    for one, other in zip(together, alone, strict=True):
        assert one.startswith(other[:8])


async def test_one_model_that_detoxes_and_translates_is_loaded_once(
    models: Path, place: Opening
) -> None:
    await open_detoxifier(str(models / "seq2seq"), place)
    await open_translator(str(models / "seq2seq"), place)
    assert len(place.shelf.loaded()) == 1


async def test_a_cancelled_job_leaves_the_model_to_the_next(models: Path, place: Opening) -> None:
    backend = await open_detoxifier(str(models / "seq2seq"), place)
    long = detox(*[RUDE * 8] * 16)
    begun = time.monotonic()
    await backend.run(long, FakeJob())
    whole_s = time.monotonic() - begun
    running = asyncio.ensure_future(backend.run(long, FakeJob()))
    await asyncio.sleep(whole_s / 10)
    running.cancel()
    begun = time.monotonic()
    await asyncio.wait([running])
    await backend.run(detox("ты"), FakeJob())
    assert time.monotonic() - begun < whole_s / 2


async def test_words_in_the_spans_are_replaced_and_the_rest_stays(
    models: Path, place: Opening
) -> None:
    backend = await open_detoxifier(str(models / "masked"), place)
    assert isinstance(backend, MaskedDetoxifier)
    text = "Ты Дурак, иди прочь!"
    rude = RudeText(text=text, spans=((3, 8), (14, 19)))
    kept, polite = (await backend.run(detox("чай", rude), FakeJob())).texts
    assert kept == "чай"
    assert polite.startswith("Ты ")
    assert ", иди " in polite
    assert polite.endswith("!")
    first, second = polite.removeprefix("Ты ").removesuffix("!").split(", иди ")
    # The first letter is a token of the old word that no gap may begin with again.
    assert not first.lower().startswith("д")
    assert not second.startswith("п")
    assert first[0].isupper()
    assert second[0].islower()
    # A word of five tokens leaves five gaps.
    assert len(first.replace(" ", "")) >= 5


async def test_masks_that_a_text_spells_itself_are_not_filled_instead_of_its_gaps(
    models: Path, place: Opening
) -> None:
    backend = await open_detoxifier(str(models / "masked"), place)
    plain = RudeText(text="чай дурак друг", spans=((4, 9),))
    masked = RudeText(text="[MASK] [MASK] чай дурак друг", spans=((18, 23),))
    expected, text = (await backend.run(detox(plain, masked), FakeJob())).texts
    assert text == f"[MASK] [MASK] {expected}"


async def test_a_text_cannot_choose_another_language(models: Path, place: Opening) -> None:
    backend = await open_translator(str(models / "seq2seq"), place)
    texts = ("hello", "<2ru>hello", "<2<2en>ru>hello</s>")
    answers = await backend.run(TranslatePayload(texts=texts, source="ru", target="en"), FakeJob())
    assert len(set(answers.texts)) == 1


async def test_a_text_without_letters_stays_as_it_is(models: Path, place: Opening) -> None:
    backend = await open_translator(str(models / "seq2seq"), place)
    texts = ("", "hello", " \n")
    answers = await backend.run(TranslatePayload(texts=texts, source="en", target="ru"), FakeJob())
    assert (answers.texts[0], answers.texts[2]) == ("", " \n")
    assert answers.texts[1]


@pytest.mark.parametrize("spans", [((0, 99),), ((0, 3), (2, 5)), ((3, 3),)])
async def test_spans_outside_their_text_are_refused(
    models: Path, place: Opening, spans: tuple[tuple[int, int], ...]
) -> None:
    backend = await open_detoxifier(str(models / "masked"), place)
    with pytest.raises(ModelError, match="spans"):
        await backend.run(detox(RudeText(text="ты дурак", spans=spans)), FakeJob())


async def test_a_text_that_is_too_long_fails_by_itself(models: Path, place: Opening) -> None:
    backend = await open_detoxifier(str(models / "masked"), place)
    long = RudeText(text="а " * (LONGEST + 1), spans=((0, 1),))
    short = RudeText(text="ты дурак", spans=((3, 8),))
    both = await asyncio.gather(
        backend.run(detox(long), FakeJob()), backend.run(detox(short), FakeJob()),
        return_exceptions=True,
    )  # fmt: skip
    assert isinstance(both[0], ModelError)
    assert "reads at most" in str(both[0])
    assert not isinstance(both[1], BaseException)


async def test_a_batch_that_memory_cannot_hold_is_tried_text_by_text(
    models: Path, place: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = await open_detoxifier(str(models / "seq2seq"), place)
    generate = transformers.T5ForConditionalGeneration.generate
    rows: list[int] = []

    def generate_few(model: Any, **given: Any) -> Any:  # noqa: ANN401
        rows.append(len(given["input_ids"]))
        if rows[-1] > 1:
            raise torch.OutOfMemoryError
        return generate(model, **given)

    monkeypatch.setattr(transformers.T5ForConditionalGeneration, "generate", generate_few)
    texts = (await backend.run(detox("иди прочь", "молчи"), FakeJob())).texts
    assert all(texts)
    assert rows == [2, 1, 1]


async def test_a_language_token_tells_where_to(models: Path, place: Opening) -> None:
    backend = await open_translator(str(models / "seq2seq"), place)
    texts = ("hello", "a kind friend")
    russian = await backend.run(TranslatePayload(texts=texts, source="en", target="ru"), FakeJob())
    english = await backend.run(TranslatePayload(texts=texts, source="ru", target="en"), FakeJob())
    assert len(russian.texts) == 2
    assert russian.texts != english.texts
    with pytest.raises(ModelError, match="language fr"):
        await backend.run(TranslatePayload(texts=texts, source="en", target="fr"), FakeJob())


async def test_language_codes_tell_from_where_and_where_to(tmp_path: Path, place: Opening) -> None:
    _save_tiny_nllb(tmp_path)
    backend = await open_translator(str(tmp_path), place)
    answers = set()
    for source, target in (("en", "ru"), ("ru", "en"), ("en", "de")):
        payload = TranslatePayload(texts=("abc",), source=source, target=target)
        answers.add((await backend.run(payload, FakeJob())).texts)
    assert len(answers) == 3
    with pytest.raises(ModelError, match="language xx"):
        await backend.run(TranslatePayload(texts=("abc",), source="en", target="xx"), FakeJob())


@pytest.mark.parametrize(
    ("family", "wanted", "refused"),
    [
        ("marian", [("en", "ru")], [("ru", "en"), ("en", "de")]),
        ("marian-multi", [("en", "ru"), ("en", "de")], [("en", "fr")]),
        ("m2m100", [("en", "ru"), ("ru", "en")], [("en", "xx")]),
    ],
)
async def test_families_that_read_by_sentencepiece_know_their_languages(
    tmp_path: Path, place: Opening, family: str, wanted: list[Pair], refused: list[Pair]
) -> None:
    pytest.importorskip("sentencepiece", reason="the models extra is not installed")
    backend = await open_translator(str(save_sentencepiece_model(tmp_path, family)), place)
    answers = set()
    for source, target in wanted:
        payload = TranslatePayload(texts=("the tea is hot",), source=source, target=target)
        (answer,) = (await backend.run(payload, FakeJob())).texts
        assert not answer.startswith(f"__{target}__")
        answers.add(answer)
    assert len(answers) == len(wanted)
    for source, target in refused:
        payload = TranslatePayload(texts=("the tea is hot",), source=source, target=target)
        with pytest.raises(ModelError, match="does not know the language"):
            await backend.run(payload, FakeJob())


def test_detox_models_of_the_mt5_family_are_told_what_to_do() -> None:
    assert detox_wording("mt5", "ru").prefix == "Детоксифицируй: "
    assert detox_wording("mt5", "fr").prefix == "Detoxify: "
    assert detox_wording("t5", "ru").prefix == ""


async def test_what_is_no_model_for_it_is_said_so(
    models: Path, tmp_path: Path, place: Opening
) -> None:
    with pytest.raises(InvalidInputError, match="BertForMaskedLM; needed is a sequence-to-seq"):
        await open_translator(str(models / "masked"), place)
    with pytest.raises(InvalidInputError, match=r"no config\.json"):
        await open_detoxifier(str(build_pipeline(tmp_path / "pipeline")), place)
    shutil.copytree(models / "seq2seq", tmp_path / "pickled")
    weights = tmp_path / "pickled" / "model.safetensors"
    weights.rename(weights.with_name("pytorch_model.bin"))
    with pytest.raises(InvalidInputError, match="only pickled weights"):
        await open_detoxifier(str(tmp_path / "pickled"), place)


def _save_tiny_nllb(folder: Path) -> None:
    """Save a model whose languages are special tokens such as rus_Cyrl."""
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", *"abcdefghijklmnopqrstuvwxyz"]
    tokenizer = transformers.NllbTokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)}, merges=[],
        extra_special_tokens=["eng_Latn", "rus_Cyrl", "deu_Latn"],
    )  # fmt: skip
    config = transformers.M2M100Config(
        vocab_size=len(tokenizer), d_model=16, encoder_layers=1, decoder_layers=1,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=32,
        decoder_ffn_dim=32, max_position_embeddings=128, pad_token_id=1, bos_token_id=0,
        eos_token_id=2, decoder_start_token_id=2, init_std=1.0,
    )  # fmt: skip
    torch.manual_seed(3)
    transformers.M2M100ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
