"""Dialogues that a person might have; each row was read and agreed to."""

from datetime import UTC, datetime

import pytest

from services.answering.rewriting import LONGEST_QUERY, QueryRewriter
from services.dialogue.models import DialogueState, Turn
from services.knowledge.lemmas import MorphologicalLemmatizer

REWRITER = QueryRewriter(lemmatizer=MorphologicalLemmatizer())


def turn(question: str, query: str, *, answer: str = "", decision: str = "sources") -> Turn:
    return Turn(
        question=question, query=query, answer=answer, passage_ids=(), decision=decision,
        abstained=False, asked_at=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip


def rewritten(*questions: str) -> str:
    """Ask one after another; give the last query."""
    turns: tuple[Turn, ...] = ()
    query = ""
    for question in questions:
        query = REWRITER.rewrite(question, DialogueState(turns=turns)).text
        turns += (turn(question, query),)
    return query


SHCHI = "Как приготовить щи?"
ELLIPSIS = [
    (SHCHI, "а без капусты?", "Как приготовить щи без капусты?"),
    (SHCHI, "без капусты", "Как приготовить щи без капусты?"),
    (SHCHI, "спасибо, а без капусты?", "Как приготовить щи без капусты?"),
    (SHCHI, "Без мяса можно?", "Как приготовить щи без мяса?"),
    (SHCHI, "можно без мяса?", "Как приготовить щи без мяса?"),
    (SHCHI, "а если нет капусты?", "Как приготовить щи без капусты?"),
    (SHCHI, "у меня нет капусты", "Как приготовить щи без капусты?"),
    (SHCHI, "а в духовке?", "Как приготовить щи в духовке?"),
    (SHCHI, "а можно на костре?", "Как приготовить щи на костре?"),
    (SHCHI, "а борщ?", "Как приготовить борщ?"),
    (SHCHI, "нет, я про борщ", "Как приготовить борщ?"),
    (SHCHI, "а зелёные?", "Как приготовить зелёные щи?"),
    (SHCHI, "а сколько варить?", "Сколько варить щи?"),
    (SHCHI, "сколько варить?", "Сколько варить щи?"),
    (SHCHI, "сколько калорий?", "Щи: сколько калорий?"),
    (SHCHI, "какие ингредиенты?", "Щи: какие ингредиенты?"),
    (SHCHI, "А когда класть картошку?", "Щи: когда класть картошку?"),
    (SHCHI, "а чем заменить капусту?", "Щи: чем заменить капусту?"),
    (SHCHI, "а если добавить грибы?", "Щи: если добавить грибы?"),
    ("Что такое YandexART?", "и сколько стоит?", "YandexART: сколько стоит?"),
    ("Что такое YandexART?", "а версия 1.3?", "YandexART: версия 1.3?"),
    ("Кто такой Пушкин?", "а Лермонтов?", "Кто такой Лермонтов?"),
    (
        "Сколько источников выбирает Нейро?",
        "а кто составляет ответ?",
        "Нейро: кто составляет ответ?",
    ),
    ("Когда родился Пушкин?", "а умер?", "Когда умер Пушкин?"),
    ("Когда родился Пушкин?", "а где?", "Где родился Пушкин?"),
    ("Сколько стоит доставка в Москву?", "а в Казань?", "Сколько стоит доставка в Казань?"),
    ("Сколько калорий в щах?", "а в борще?", "Сколько калорий в борще?"),
    ("Как приготовить щи без капусты?", "а с капустой?", "Как приготовить щи с капустой?"),
    ("Как хранить щи?", "а замораживать?", "Как замораживать щи?"),
    ("Как заварить чай?", "а сколько листьев?", "Чай: сколько листьев?"),
    ("Как добавить бота в группу?", "а удалить?", "Как удалить бота в группу?"),
    ("Как работает команда /forget?", "а /export?", "Как работает команда /export?"),
    (SHCHI, "да", SHCHI),
    (SHCHI, "подробнее", SHCHI),
]
PRONOUNS = [
    (SHCHI, "сколько их варить?", "Сколько щи варить?"),
    (SHCHI, "сколько в них калорий?", "Сколько в щах калорий?"),
    (SHCHI, "а чем они лучше борща?", "Чем щи лучше борща?"),
    (SHCHI, "можно ли их заморозить?", "Можно ли щи заморозить?"),
    (SHCHI, "для этого нужен бульон?", "Для щей нужен бульон?"),
    ("Что такое YandexART?", "а чем он лучше?", "Чем YandexART лучше?"),
    ("Что такое YandexART?", "чем она лучше Kandinsky?", "Чем YandexART лучше Kandinsky?"),
    ("Что такое YandexART?", "на чём её обучали?", "На чём YandexART обучали?"),
    (
        "Сколько источников выбирает Нейро?",
        "а откуда он их берёт?",
        "Откуда Нейро источники берёт?",
    ),
    ("Кто такой Пушкин?", "когда он родился?", "Когда Пушкин родился?"),
    ("Что такое детокс текста?", "как это работает?", "Как детокс текста работает?"),
    (
        "Что такое детокс текста?",
        "расскажи про его плюсы",
        "Расскажи про плюсы детокса текста?",
    ),
    ("Где прошла ICML 2024?", "кто там выступал?", "Кто в ICML 2024 выступал?"),
    (
        "Как добавить бота в группу?",
        "кто может это сделать?",
        "Кто может добавить бота в группу?",
    ),
]
OTHER_LANGUAGES = [
    ("How to cook shchi?", "and without cabbage?", "How to cook shchi without cabbage?"),
    ("How to cook shchi?", "what about borscht?", "How to cook borscht?"),
    ("How do I cook shchi?", "how long does it take?", "How long does shchi take?"),
    ("How do I cook shchi?", "What about in the oven?", "How do I cook shchi in the oven?"),
    ("How do I cook shchi?", "I don't have cabbage", "How do I cook shchi without cabbage?"),
    ("What is NLLB-200?", "Who made it?", "Who made NLLB-200?"),
    (SHCHI, "And without cabbage?", "Как приготовить щи without cabbage?"),
    ("مدل NLLB-200 چیست؟", "و بدون انگلیسی؟", "مدل NLLB-200 چیست بدون انگلیسی؟"),
]


@pytest.mark.parametrize(("before", "question", "query"), ELLIPSIS + PRONOUNS + OTHER_LANGUAGES)
def test_a_follow_up_stands_alone(before: str, question: str, query: str) -> None:
    assert rewritten(before, question) == query


@pytest.mark.parametrize(
    ("questions", "query"),
    [
        ((SHCHI, "а без капусты?", "а без мяса?"), "Как приготовить щи без капусты без мяса?"),
        (("Кто такой Пушкин?", "когда он родился?", "а умер?"), "Когда Пушкин умер?"),
        (("Что такое бэггинг?", "а бустинг?", "что лучше?"), "Что лучше: бэггинг или бустинг?"),
        ((SHCHI, "а борщ?", "сколько его варить?"), "Сколько борщ варить?"),
        ((SHCHI, "Что такое бэггинг?", "а где его применяют?"), "Где бэггинг применяют?"),
    ],
)
def test_a_longer_dialogue_is_followed(questions: tuple[str, ...], query: str) -> None:
    assert rewritten(*questions) == query


@pytest.mark.parametrize(
    "question",
    [
        "Что такое бэггинг?",
        "Как настроить вебхук?",
        "Какая погода в Москве?",
        "Что умеет самовар?",
        "Как хранить сметану?",
        "Сколько варить яйца?",
        "Какие модели распознавания речи есть для русского языка?",
        "Что такое бэггинг и где его применяют?",
        "Кто такой Пушкин?",
        "Рецепт борща",
        "Где прошла конференция ICML?",
        "Сколько параметров у GEN64?",
        "Можно ли добавить томаты?",
        "What is the capital of France?",
        "How many people live in Kazan?",
        "Is there a recipe for borscht?",
        "How do I install the bot on my server?",
        "پیکره متنی ناب چند گیگ است؟",
    ],
)
def test_a_complete_question_is_left_alone(question: str) -> None:
    query = REWRITER.rewrite(question, DialogueState(turns=(turn(SHCHI, SHCHI),)))
    assert query.text == question
    assert query.carried == ()


def test_a_complete_question_loses_only_its_connective() -> None:
    state = DialogueState(turns=(turn(SHCHI, SHCHI),))
    assert REWRITER.rewrite("а как приготовить борщ?", state).carried == ()
    assert REWRITER.rewrite("Привет! Как приготовить борщ?", state).text == "Как приготовить борщ?"


@pytest.mark.parametrize(
    ("question", "excluded"),
    [
        ("Как приготовить щи без капусты?", ("капуста",)),
        ("Как приготовить щи без капусты и мяса?", ("капуста", "мясо")),
        ("Как приготовить щи без капусты без мяса?", ("капуста", "мясо")),
        ("Как приготовить щи без белокочанной капусты?", ("капуста",)),
        ("Как приготовить щи с капустой?", ()),
    ],
)
def test_what_is_not_wanted_is_known(question: str, excluded: tuple[str, ...]) -> None:
    assert REWRITER.rewrite(question, DialogueState()).excluded == excluded


def test_without_a_dialogue_nothing_is_carried() -> None:
    query = REWRITER.rewrite("а без капусты?", DialogueState())
    assert (query.text, query.carried) == ("а без капусты?", ())


def test_a_pronoun_may_stand_for_a_name_in_the_answer() -> None:
    before = turn(
        "Кто ускорил обучение?", "Кто ускорил обучение?", answer="Это сделал Михаил Хрущев [1]."
    )
    query = REWRITER.rewrite("а где он работает?", DialogueState(turns=(before,)))
    assert "Михаил" in query.text


def test_small_talk_between_questions_is_skipped() -> None:
    turns = (turn(SHCHI, SHCHI), turn("спасибо", "спасибо", decision="small_talk"))
    query = REWRITER.rewrite("а без капусты?", DialogueState(turns=turns))
    assert query.text == "Как приготовить щи без капусты?"


def test_a_query_does_not_grow_without_end() -> None:
    long = "Как приготовить щи " + "с очень редкой приправой " * 14
    query = REWRITER.rewrite("а без капусты?", DialogueState(turns=(turn(long, long),)))
    assert len(query.text) <= LONGEST_QUERY
    assert query.text == "а без капусты?"


@pytest.mark.parametrize(
    ("questions", "query"),
    [
        # A place or time is not what a pronoun stands for.
        (
            ("Tell me about mint tea.", "Which leaves are best for drying?", "Is it bitter?"),
            "Is mint tea bitter?",
        ),
        # A property of the topic is not, either.
        (
            ("What is the Zephyr scooter?", "What are the safety features?", "How fast is it?"),
            "How fast is Zephyr scooter?",
        ),
        # What is named in a clause before the pronoun is talked about from then on.
        (
            ("What is a comet?", "What is Rosetta and why is it known?", "When was it launched?"),
            "comet: When was Rosetta launched?",
        ),
        # A pronoun of the own question asks nothing of earlier ones.
        (
            ("Which cheeses are Dutch?", "What is leerdammer and where is it from?"),
            "What is leerdammer and where is it from?",
        ),
        # Where nothing is named it is the latest, with the topic it is a part of.
        (
            ("What are figures of speech?", "What is a litotes?", "What is an example?"),
            "litotes: What is an example?",
        ),
        (
            ("What is a steam engine?", "What is steam pressure?", "What are the main uses?"),
            "steam engine, steam pressure: What are the main uses?",
        ),
        # Plural pronouns mean people before a day.
        (
            ("What do Greek people eat at Easter?", "How do they celebrate the New Year?"),
            "How do Greek people celebrate the New Year?",
        ),
        # One word of a name stands for the name.
        (
            ("What is wind energy?", "Is wind used at sea?", "Can it heat houses?"),
            "Can wind energy heat houses?",
        ),
    ],
)  # fmt: skip
def test_english_topics_are_followed(questions: tuple[str, ...], query: str) -> None:
    assert rewritten(*questions) == query


@pytest.mark.parametrize(
    ("before", "question", "query"),
    [
        ("حلیم چقدر طول می‌کشد؟", "کوکو چطور؟", "کوکو چقدر طول می‌کشد؟"),
        ("قیمت قایق چند است؟", "و پارو؟", "قیمت پارو چند است؟"),
        ("حلیم را چطور می‌پزند؟", "گندم ندارم", "حلیم را چطور می‌پزند بدون گندم؟"),
        ("حلیم را چطور می‌پزند؟", "به گندم حساسیت دارم", "حلیم را چطور می‌پزند بدون گندم؟"),
        ("حلیم را چطور می‌پزند؟", "بدون شکر می‌شود؟", "حلیم را چطور می‌پزند بدون شکر؟"),
        ("حلیم چیست؟", "آن را کی می‌خورند؟", "حلیم را کی می‌خورند؟"),
        ("موزه کی باز است؟", "آنجا چه می‌فروشند؟", "در موزه چه می‌فروشند؟"),
        ("موزه کی باز است؟", "بلیتش چند است؟", "بلیت موزه چند است؟"),
        ("حلیم چیست؟", "چند روز نگهش می‌دارند؟", "چند روز حلیم را نگه می‌دارند؟"),
        ("درباره موزه بگو", "کجاست؟", "موزه کجاست؟"),
        ("قیمت قایق چند است؟", "نه، منظورم پارو بود", "قیمت پارو چند است؟"),
        ("قیمت قایق چند است؟", "ساعت کار موزه چیست؟", "ساعت کار موزه چیست؟"),
        ("قیمت قایق چند است؟", "رئیس موزه کیست؟", "رئیس موزه کیست؟"),
    ],
)
def test_persian_follow_ups(before: str, question: str, query: str) -> None:
    assert rewritten(before, question) == query
