from datetime import UTC, datetime
from time import perf_counter

import pytest

from services.answering.deciding import RuleDecider, about_dialogue
from services.answering.models import Decision, Question
from services.answering.small_talk import SmallTalk, small_talk
from services.answering.web_wish import web_wish
from services.dialogue.models import DialogueKey, DialogueState, Turn


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Привет!", SmallTalk.GREETING),
        ("добрый день, бот", SmallTalk.GREETING),
        ("Hello there", SmallTalk.GREETING),
        ("سلام", SmallTalk.GREETING),
        ("Спасибо большое!", SmallTalk.THANKS),
        ("ок, спасибо за ответ", SmallTalk.THANKS),
        ("thanks a lot", SmallTalk.THANKS),
        ("ممنون", SmallTalk.THANKS),
        ("Ну пока", SmallTalk.GOODBYE),
        ("до свидания", SmallTalk.GOODBYE),
        ("Кто ты?", SmallTalk.ABOUT_BOT),
        ("Привет! Кто ты такой?", SmallTalk.ABOUT_BOT),
        ("что ты умеешь", SmallTalk.ABOUT_BOT),
        ("who are you?", SmallTalk.ABOUT_BOT),
        ("как дела?", SmallTalk.HOW_ARE_YOU),
        ("Привет, как дела?", SmallTalk.HOW_ARE_YOU),
        ("молодец", SmallTalk.PRAISE),
        ("извини", SmallTalk.APOLOGY),
        ("спасибище тебе, бот!", SmallTalk.THANKS),
        ("thx a bunch, mate", SmallTalk.THANKS),
        ("دستت درد نکنه", SmallTalk.THANKS),
        ("ну всё, я побежала", SmallTalk.GOODBYE),
        ("have a nice evening", SmallTalk.GOODBYE),
        ("хихихи", SmallTalk.PRAISE),
        ("mwahaha", SmallTalk.PRAISE),
        ("ну понятненько", SmallTalk.PRAISE),
        ("это просто бомба", SmallTalk.PRAISE),
        ("you are a genius", SmallTalk.PRAISE),
        ("чё нового?", SmallTalk.HOW_ARE_YOU),
        ("ты ещё тут?", SmallTalk.HOW_ARE_YOU),
        ("are you awake?", SmallTalk.HOW_ARE_YOU),
        ("ты робот или человек?", SmallTalk.ABOUT_BOT),
        ("who built you?", SmallTalk.ABOUT_BOT),
        ("ой, прошу прощения", SmallTalk.APOLOGY),
        ("🎉🎉", SmallTalk.PRAISE),
        ("💐", SmallTalk.THANKS),
        ("👋", SmallTalk.GREETING),
        ("👎", SmallTalk.DECLINED),
        (":)", SmallTalk.PRAISE),
        (":(", SmallTalk.DECLINED),
    ],
)
def test_small_talk_is_recognised(text: str, kind: SmallTalk) -> None:
    assert small_talk(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Привет, как приготовить щи?",
        "Здравствуйте! Сколько источников выбирает Нейро?",
        "Спасибо, а без капусты?",
        "Кто такой Пушкин?",
        "Что умеет Нейро?",
        "Как дела у Яндекса?",
        "Пока варится бульон, что делать?",
        "Что такое хорошо?",
        "привет по-казахски",
        "How are you trained?",
        "who are you citing?",
        "а без капусты?",
        "",
        "!!!",
        "سلام، مدل NLLB چیست؟",
        "бомба",
        "мастер",
        "star",
        "right",
        "❓",
        "👍?",
        "круто сваренное яйцо",
        "спасибо по-английски",
        "пора сажать картошку",
        "класс опасности груза",
        "are you open today?",
        "what's new in python 3.13?",
        "cool jobs in Moscow",
    ],
)
def test_questions_are_not_swallowed(text: str) -> None:
    assert small_talk(text) is None


def test_questions_about_the_dialogue_are_told_apart() -> None:
    assert about_dialogue("О чём мы говорили?")
    assert about_dialogue("what did I ask?")
    assert not about_dialogue("О чём мы говорили с врачом?")


@pytest.mark.parametrize(
    "text",
    [
        "а что ты мне сейчас написал?",
        "какая была наша тема?",
        "перескажи наш разговор",
        "а чем мы закончили в прошлый раз?",
        "покажи все мои вопросы",
        "what were you saying?",
        "where were we?",
        "please recap this chat",
        "which questions have I already asked?",
        "سوال آخر من چه بود؟",
        "تو چی گفتی؟",
    ],
)
def test_what_was_said_before_is_asked_in_many_ways(text: str) -> None:
    assert about_dialogue(text)


@pytest.mark.parametrize(
    "text",
    [
        "что сказал врач?",
        "какой ответ?",
        "какая тема урока?",
        "о чём речь в третьей главе?",
        "какой первый вопрос на экзамене?",
        "что ты сказал бы о Пушкине?",
        "what did you say about cats?",
        "where did we leave off reading in chapter two?",
    ],
)
def test_what_others_said_is_for_the_sources(text: str) -> None:
    assert not about_dialogue(text)


@pytest.mark.parametrize("text", ["а" * 60, "ha" * 29 + "z", "мне " * 20, "напомни " * 300 + "я"])
def test_a_strange_message_is_judged_at_once(text: str) -> None:
    begun = perf_counter()
    assert small_talk(text) is None
    assert not about_dialogue(text)
    assert perf_counter() - begun < 1


def _state(*, abstained: bool) -> DialogueState:
    turn = Turn(
        question="Как варить полбу?", query="Как варить полбу?", answer="", passage_ids=(1,),
        decision=Decision.SOURCES.value, abstained=abstained,
        asked_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    return DialogueState(turns=(turn,))


async def _decided(text: str, state: DialogueState | None = None) -> Decision:
    key = DialogueKey(bot_id=1, chat_id=1, thread_id=0, user_id=1)
    question = Question(
        request_id="1", dialogue=key, text=text, scope=(), language="ru",
        asked_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    return (await RuleDecider().decide(question, state or DialogueState())).decision


@pytest.mark.parametrize("text", ["да", "Да, давай!", "yes", "ok", "بله"])
async def test_yes_takes_what_was_offered_and_is_small_talk_otherwise(text: str) -> None:
    assert await _decided(text, _state(abstained=True)) is Decision.SOURCES
    assert await _decided("да", _state(abstained=False)) is Decision.SMALL_TALK


async def test_no_declines() -> None:
    assert await _decided("нет, спасибо", _state(abstained=True)) is Decision.SMALL_TALK


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("погугли курс доллара", "курс доллара"),
        ("Загугли, пожалуйста, погоду в Казани", "погоду в Казани"),
        ("найди в интернете рецепт хинкали", "рецепт хинкали"),
        ("найди расписание электричек в интернете", "расписание электричек"),
        ("а в интернете?", ""),
        ("поищи это в сети", ""),
        ("погугли", ""),
        ("search the web for open chess tournaments", "open chess tournaments"),
        ("look it up online", ""),
        ("google the weather in Oslo", "the weather in Oslo"),
        ("قیمت دلار را در اینترنت جستجو کن", "قیمت دلار"),
    ],
)
async def test_a_wish_for_the_internet(text: str, what: str) -> None:
    assert web_wish(text) == what
    assert await _decided(text) is Decision.WEB


@pytest.mark.parametrize(
    "text",
    [
        "как искать в интернете научные статьи?",
        "что такое интернет?",
        "Google is which kind of company?",
        "how does a web search engine work?",
        "настройка интернета в роутере",
        "почему в интернете пишут, что Adam лучше SGD?",
    ],
)
async def test_questions_about_the_internet_are_for_the_sources(text: str) -> None:
    assert await _decided(text) is Decision.SOURCES


@pytest.mark.parametrize(
    "text",
    [
        "Что ты обо мне помнишь?",
        "как меня зовут?",
        "what's my name?",
        "ты знаешь, кем я работаю?",
        "do you know what my name is?",
    ],
)
async def test_what_is_known_of_the_person_is_memory(text: str) -> None:
    assert await _decided(text) is Decision.MEMORY
