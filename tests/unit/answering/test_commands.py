import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.answering.commands import CommandKind, PlainCommand, recognise


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Забудь наш разговор", CommandKind.RESET),
        ("начни сначала, пожалуйста", CommandKind.RESET),
        ("Давай начнём заново!", CommandKind.RESET),
        ("forget our conversation", CommandKind.RESET),
        ("let's start over", CommandKind.RESET),
        ("از اول شروع کن", CommandKind.RESET),
        ("Стоп", CommandKind.STOP),
        ("хватит уже", CommandKind.STOP),
        ("stop!!!", CommandKind.STOP),
        ("بس کن", CommandKind.STOP),
        ("покажи настройки", CommandKind.SETTINGS),
        ("Open the settings please", CommandKind.SETTINGS),
        ("помощь", CommandKind.HELP),
        ("какие у тебя есть команды?", CommandKind.HELP),
        ("help", CommandKind.HELP),
        ("Какие данные ты хранишь обо мне?", CommandKind.PRIVACY),
        ("what data do you keep about me?", CommandKind.PRIVACY),
        ("выгрузи мои данные", CommandKind.MY_DATA),
        ("export my data", CommandKind.MY_DATA),
        ("удали все мои данные", CommandKind.FORGET_ME),
        ("забудь меня", CommandKind.FORGET_ME),
        ("delete my data", CommandKind.FORGET_ME),
        ("Что ты обо мне помнишь?", CommandKind.SHOW_MEMORY),
        ("что ты знаешь обо мне", CommandKind.SHOW_MEMORY),
        ("а что ты уже запомнил?", CommandKind.SHOW_MEMORY),
        ("покажи, что ты обо мне знаешь", CommandKind.SHOW_MEMORY),
        ("What do you remember about me?", CommandKind.SHOW_MEMORY),
        ("درباره من چه می‌دانی؟", CommandKind.SHOW_MEMORY),
    ],
)
def test_commands_without_an_argument(text: str, kind: CommandKind) -> None:
    assert recognise(text) == PlainCommand(kind)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("отвечай короче", "short"),
        ("Отвечай покороче, пожалуйста.", "short"),
        ("пиши подробнее", "long"),
        ("отвечай как обычно", "normal"),
        ("be brief", "short"),
        ("answer in more detail", "long"),
        ("کوتاه جواب بده", "short"),
    ],
)
def test_the_length_of_answers(text: str, length: str) -> None:
    assert recognise(text) == PlainCommand(CommandKind.ANSWER_LENGTH, length)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("запомни, что у меня аллергия на орехи", "у меня аллергия на орехи"),
        ("Запомни: я живу в Казани.", "я живу в Казани"),
        ("Пожалуйста, запомни, что мою дочь зовут Ира!", "мою дочь зовут Ира"),
        ("запомни я не ем мясо", "я не ем мясо"),
        ("учти, что я на диете", "я на диете"),
        ("Запомни, что я люблю чай, ладно?", "я люблю чай"),
        ("Remember that I'm a vegetarian", "I'm a vegetarian"),
        ("please remember my name is Ann", "my name is Ann"),
        ("remember that the office opens at nine", "the office opens at nine"),
        ("یادت باشه که من گیاهخوارم", "من گیاهخوارم"),
    ],
)
def test_what_to_remember_is_kept_as_typed(text: str, what: str) -> None:
    assert recognise(text) == PlainCommand(CommandKind.REMEMBER, what)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("забудь, что я не ем мясо", "я не ем мясо"),
        ("Забудь про мою аллергию", "мою аллергию"),
        ("забудь мой адрес дома", "мой адрес дома"),
        ("forget that I am a vegetarian", "I am a vegetarian"),
        ("forget about my allergy", "my allergy"),
        ("فراموش کن که من گیاهخوارم", "من گیاهخوارم"),
    ],
)
def test_what_to_forget_is_kept_as_typed(text: str, what: str) -> None:
    assert recognise(text) == PlainCommand(CommandKind.FORGET, what)


@pytest.mark.parametrize(
    "text",
    [
        "как запомнить таблицу умножения?",
        "как забыть бывшую?",
        "запомни что такое бэггинг?",
        "Забудьте про плитку: как жарить на костре?",
        "стоп-кран в поезде где находится?",
        "Как остановить сборку?",
        "настройки оптимизатора Adam",
        "как поменять настройки роутера",
        "сброс пароля",
        "Что ты знаешь о Пушкине?",
        "что помнят рыбы",
        "Что ты помнишь из второй главы?",
        "помоги выбрать шахматы",
        "отвечай, где лежит инструкция?",
        "короче",
        "подробнее",
        "Remember the Titans: who directed it?",
        "remember that scene in the film",
        "what do you know about sharks?",
        "forget gate in LSTM",
        "how do I reset my router?",
        "stop words in Russian",
        "new conversation starters",
        "delete my data from Facebook how",
        "что делать, если я забуду пароль?",
        "не забудь выключить газ",
        "",
        "...",
    ],
)
def test_questions_that_only_contain_such_words_stay_questions(text: str) -> None:
    assert recognise(text) is None


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    command = recognise(text)
    assert command is None or command.argument in text or command.kind is CommandKind.ANSWER_LENGTH
