import pytest

from services.memory.models import Topic
from services.memory.noticing import notice, only_tells
from services.memory.secrecy import is_secret
from services.memory.vocabulary import avoided_foods


@pytest.mark.parametrize(
    ("said", "slot", "text"),
    [
        ("я живу в Казани", "home", "Я живу в Казани"),
        ("Теперь я живу в уфе, что посмотреть?", "home", "Я живу в уфе"),
        ("I live in Berlin with my wife", "home", "I live in Berlin"),
        ("Кстати, у меня двое детей", "children", "У меня двое детей"),
        ("мою собаку зовут Рекс", "pet:соб", "Мою собаку зовут Рекс"),
        ("My dog's name is Rex.", "pet:dog", "My dog's name is Rex"),
        ("Я вегетарианка", "diet", "Я вегетарианка"),
        ("I'm vegetarian, what should I cook?", "diet", "I'm vegetarian"),
        ("я не ем мясо и рыбу", "diet:мясо", "Я не ем мясо и рыбу"),
        ("I work as a nurse", "job", "I work as a nurse"),
        ("меня зовут Анна", "name", "Меня зовут Анна"),
        ("мне 35 лет", "age", "Мне 35 лет"),
    ],
)
def test_facts_about_oneself_are_noticed(said: str, slot: str, text: str) -> None:
    assert [(fact.slot, fact.text) for fact in notice(said)] == [(slot, text)]


def test_a_list_stays_together_and_two_facts_are_two() -> None:
    (fact,) = notice("У меня аллергия на орехи, молоко и мёд. Что испечь?")
    assert fact.text == "У меня аллергия на орехи, молоко и мёд"
    assert [fact.topic for fact in notice("Я живу в Омске. У меня есть кот Барсик.")] == [
        Topic.HOME,
        Topic.PET,
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Я живу в Казани?", "если я живу в Казани", "он сказал, что она живёт в Казани",
        "я живу в мечтах", "I live in a house", "у меня вопрос", "у меня сломался кот",
        "я не ем по ночам", "мне нельзя опаздывать", "я работаю над проектом", "I have no idea",
        "Как приготовить щи?", "меня зовут на собеседование", "как меня зовут",
        "I work out what to do", "живу в Казани", "мне 35 минут ехать", "",
    ],
)  # fmt: skip
def test_nothing_else_is(said: str) -> None:
    assert notice(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "Представь, что я живу в Казани", "Допустим, я живу в Казани", "Imagine I live in Paris",
        "Переведи на английский. Я живу в Уфе.", "Я живу в Казани, — сказал Пётр.",
        "He said, I live in Paris", "Песня «Мой адрес. Я живу в Казани. Конец» — о чём она?",
        "Кажется, у меня аллергия на мёд", "Вчера я бы сказал, что я живу в Казани",
    ],
)  # fmt: skip
def test_what_is_played_through_quoted_or_doubted_is_no_fact(said: str) -> None:
    assert notice(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "У меня котлеты подгорели", "у меня дочерняя компания", "у меня детали сломались",
        "Я не живу в Казани", "Я не работаю врачом", "Я повару сказал", "я инженерный проект веду",
        "я вегетарианский борщ варю", "У меня не аллергия на орехи", "У меня собаки больше нет",
        "Я работаю в пятницу", "Я работаю на износ", "Мой любимый человек ушёл от меня",
        "Я родился 5 минут назад", "Мой день рождения был 3 дня назад", "мне 200 лет",
        "I have a cat scan tomorrow", "I'm single-handedly doing this", "I work at night",
        "I'm engaged in a project", "I'm a cook book author", "My birthday is coming soon",
        "I was born in a hurry", "I can't have milk today", "Я не ем мясо по пятницам",
        "аллергия на орехи опасна",
    ],
)  # fmt: skip
def test_parts_of_words_and_what_passes_are_no_facts(said: str) -> None:
    assert notice(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "У меня нет детей", "я родилась 3 мая 1990", "My birthday is May 3rd", "I was born in 1990",
        "у нас есть котёнок Барсик", "I have two kids and a son", "Мы веганы",
        "мой любимый цвет синий",
        "Я работаю учителем в школе", "Врач сказал, что у меня аллергия на мёд",
    ],
)  # fmt: skip
def test_careful_rules_still_notice(said: str) -> None:
    assert len(notice(said)) == 1


def test_a_long_text_is_not_looked_through() -> None:
    assert notice("Я живу в Уфе. " + "Щи варят так. " * 60) != []
    assert notice("Я живу в Уфе. " + "Щи варят так. " * 80) == []


def test_a_message_that_also_asks_goes_on() -> None:
    assert only_tells("Привет! Я живу в Уфе.")
    assert not only_tells("Я живу в Уфе, что посмотреть?")
    assert not only_tells("Я живу в Уфе. Посоветуй музей")


def test_health_and_belief_are_asked_about_first() -> None:
    assert [fact.ask_first for fact in notice("Я веган. Я живу в Уфе")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "мой пароль qwerty", "карта 4111 1111 1111 1111", "PIN 1234", "CVV 123",
        "паспорт 4509 123456", "token 123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ключ sk-abcdefghijklmnopqrstuvwxyz", "my password is hunter2",
    ],
)  # fmt: skip
def test_secrets_are_told(text: str) -> None:
    assert is_secret(text)


def test_the_letters_of_a_document_inside_a_word_are_no_secret() -> None:
    assert not is_secret("У меня был длинный отпуск в 2024 году")
    assert is_secret("мой ИНН 770123456789")


@pytest.mark.parametrize(
    "text", ["у меня двое детей", "номер 4111 1111 1111 1112", "я родился 5 мая 1990", "паспорт"]
)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert not is_secret(text)


def test_a_diet_leaves_foods_out_and_a_home_none() -> None:
    assert {"говядина", "рыба", "beef"} <= avoided_foods(Topic.DIET, "Я вегетарианец")
    assert "молоко" in avoided_foods(Topic.DIET, "I'm vegan")
    assert "сметана" in avoided_foods(Topic.ALLERGY, "у меня непереносимость лактозы")
    assert "говядина" not in avoided_foods(Topic.ALLERGY, "у меня аллергия на орехи")
    assert avoided_foods(Topic.HOME, "Я живу в Рыбинске, рыба") == frozenset()
