from services.waiting.trees import Forest, Tree

STUMP = Tree(
    feature=(1, -1, -1), threshold=(2.0, 0.0, 0.0), left=(1, 0, 0), right=(2, 0, 0),
    value=(0.0, -1.0, 4.0),
)  # fmt: skip


def test_a_number_up_to_the_threshold_goes_left() -> None:
    assert STUMP.at((9.0, 2.0)) == -1.0
    assert STUMP.at((0.0, 2.1)) == 4.0


def test_a_forest_is_the_sum_of_its_trees() -> None:
    assert Forest(start=10.0, trees=(STUMP, STUMP)).at((0.0, 3.0)) == 18.0
    assert Forest(start=10.0, trees=()).at((0.0,)) == 10.0
