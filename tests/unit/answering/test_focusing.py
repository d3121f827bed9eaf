from services.answering.focusing import drop_filling, keep_only, keep_steps
from tests.unit.answering.evidence_builder import passage, sentences


def test_chosen_sentences_come_first_in_their_order() -> None:
    scores = keep_only([2, 0], [5.0, 4.0, 1.0])
    assert scores[2] > scores[0] > 0 == scores[1]
    assert keep_only([], [1.0]) == [0.0]


def test_beside_a_number_that_is_asked_for_only_numbers_stay() -> None:
    found = sentences([passage(1, "Борщ хранят 3 дня. Борщ долго кипит. Щи хранят 5 дней.")])
    assert drop_filling("Сколько хранят борщ?", found, [3.0, 2.9, 1.0]) == [3.0, 0.0, 0.0]
    assert drop_filling("Где хранят борщ?", found, [3.0, 2.9, 1.0]) == [3.0, 2.9, 0.0]
    assert drop_filling("Сколько?", [], []) == []


def test_beside_steps_no_other_recipe_speaks() -> None:
    evidence = [passage(1, "Это щи. Варите их."), passage(2, "Щи без капусты варят иначе.")]
    assert keep_steps([1], evidence, sentences(evidence), [1.0, 2.0, 3.0]) == [1.0, 3.0, 0.0]
    assert keep_steps([], evidence, sentences(evidence), [1.0, 2.0, 3.0]) == [1.0, 2.0, 3.0]
