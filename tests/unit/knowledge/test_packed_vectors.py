import numpy as np
import pytest

from services.adapters.sql.vectors import DIMENSIONS, packed, unit_arrays, unit_rows, unpacked


@pytest.mark.parametrize("counts", [(), (1,), (3, 1, 0, 7), (0, 0)])
def test_many_arrays_at_once_are_what_each_is_alone(counts: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    stored = [packed(rng.standard_normal((count, DIMENSIONS))) for count in counts]
    together = unit_arrays(stored)
    assert [len(rows) for rows in together] == list(counts)
    for rows, data in zip(together, stored, strict=True):
        np.testing.assert_array_equal(rows, unit_rows(unpacked(data)))
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_a_vector_of_zeros_stays_one() -> None:
    (rows,) = unit_arrays([packed(np.zeros(DIMENSIONS))])
    assert not rows.any()
