import argparse

import numpy as np
import pytest

from benchmarks._synthetic import Corpus
from benchmarks.playground import Memory
from bot.cli import bench
from services.errors import InvalidInputError


def arguments(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    return parser.parse_args(given)


def test_parts_of_benchmarks_are_no_benchmarks() -> None:
    assert "playground" in bench.names()
    assert not [name for name in bench.names() if name.startswith("_")]


def test_a_benchmark_without_a_long_part_takes_no_seconds() -> None:
    with pytest.raises(InvalidInputError, match="queue has no long part"):
        bench.run(arguments("queue", "--seconds", "5"))


@pytest.mark.parametrize("seconds", ["0", "-1", "100000", "nan"])
def test_unusable_seconds_are_refused(seconds: str) -> None:
    with pytest.raises(InvalidInputError, match="more than 0 and at most"):
        bench.run(arguments("playground", f"--seconds={seconds}"))


def test_memory_that_grows_after_the_warm_up_is_seen() -> None:
    at_s = [float(second) for second in range(100)]
    grows = Memory(at_s, [100.0 + second for second in range(100)])
    before, after = grows.edges()
    assert (before, after) == (114.5, 194.5)
    assert grows.slope_mib_per_min() == pytest.approx(60.0)


def test_memory_that_grows_only_while_it_warms_up_is_flat() -> None:
    flat = Memory([float(n) for n in range(100)], [50.0] * 10 + [100.0] * 90)
    assert flat.edges() == (100.0, 100.0)
    assert flat.slope_mib_per_min() == pytest.approx(0.0)


def test_a_benchmark_without_sizes_takes_none() -> None:
    with pytest.raises(InvalidInputError, match="queue has no sizes"):
        bench.run(arguments("queue", "--sizes", "5000"))


@pytest.mark.parametrize("sizes", ["5", "many", "10000,99", "100000000"])
def test_unusable_sizes_are_refused(sizes: str) -> None:
    with pytest.raises(SystemExit):
        arguments("scale", "--sizes", sizes)
    assert arguments("scale", "--sizes", "10_000,200000").sizes == (10_000, 200_000)


def test_a_synthetic_corpus_is_the_same_each_time_and_lies_in_groups() -> None:
    first, again = ([c for part in Corpus(2_500).changes() for c in part] for _ in range(2))
    assert [c.passage_id for c in first] == list(range(1, 2_501))
    assert [c.lemmas for c in first] == [c.lemmas for c in again]
    vectors = np.stack([c.vector for c in first if c.vector is not None]).astype(np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-2)
    for query in Corpus(2_500).queries(5):
        cosines = np.sort(vectors @ query.vector)
        assert cosines[-20] > cosines[-400] + 0.1  # a group of a hundred is near, others are not
    assert len(set(Corpus(2_500).removals(0.1))) == 250
