import pytest

from services.answering.deciding import SmallTalk, about_dialogue, small_talk


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
        "да",
        "",
        "!!!",
        "سلام، مدل NLLB چیست؟",
    ],
)
def test_questions_are_not_swallowed(text: str) -> None:
    assert small_talk(text) is None


def test_questions_about_the_dialogue_are_told_apart() -> None:
    assert about_dialogue("О чём мы говорили?")
    assert about_dialogue("what did I ask?")
    assert not about_dialogue("О чём мы говорили с врачом?")
