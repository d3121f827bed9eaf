import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.answering.morphology import words
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.memory.vocabulary import base_form

LEMMATIZER = MorphologicalLemmatizer()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ёлка зелёная", "елкой зеленой"),
        ("щи с капустой", "щей из капусты"),
        ("Running models", "run model"),
        ("во́ды", "воды"),
        ("مدل‌های زبانی", "مدلهای زبانی"),
        ("كتاب علي ۱۲۳", "کتاب علی 123"),
        ("scikit-learn==1.0.0", "Scikit learn 1.0.0"),
        ("версия 1,3", "версии 1.3"),
    ],
)
def test_spellings_of_one_word_are_one_term(one: str, other: str) -> None:
    assert LEMMATIZER.lemmas(one)
    assert sorted(LEMMATIZER.content_lemmas(one)) == sorted(LEMMATIZER.content_lemmas(other))


def test_numbers_stay_apart_and_are_kept() -> None:
    assert LEMMATIZER.content_lemmas("YandexART 1.2 и 1.3") == ["yandexart", "1.2", "1.3"]


def test_function_words_count_only_among_all_lemmas() -> None:
    assert LEMMATIZER.lemmas("что это и where is it") != []
    assert LEMMATIZER.content_lemmas("что это и where is it و این") == []


@given(st.text(max_size=200))
def test_terms_can_be_put_into_one_string_and_taken_out_again(text: str) -> None:
    terms = LEMMATIZER.lemmas(text)
    assert " ".join(terms).split() == terms
    assert all(terms)


@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщьыъэюя abcxyz 123", max_size=80))
def test_what_surrounds_a_word_does_not_change_its_term(text: str) -> None:
    together = LEMMATIZER.lemmas(text)
    apart = [term for word in text.split() for term in LEMMATIZER.lemmas(f"«{word}!»")]
    assert together == apart


def test_a_letter_without_a_name_breaks_no_word() -> None:
    assert MorphologicalLemmatizer().lemmas("щи\U00017000 щи")[-1] == "щи"
    assert [word.text for word in words("\U00017000 варят")] == ["\U00017000", "варят"]
    assert base_form("\U00017000")
