settings-title =
    <b>Настройки</b>

    Язык: { $language ->
        [ru] русский
        [en] английский
       *[auto] как в Telegram
    }
    Ответы: { $length ->
        [short] короткие
        [long] подробные
       *[normal] обычные
    }
    Голос: { $voice ->
        [on] включён
       *[off] выключен
    }
settings-language-title = <b>На каком языке говорить?</b>
settings-length-title = <b>Какой длины ответы вам удобны?</b>
settings-voice-title = <b>Присылать ответы ещё и голосом?</b>
settings-button-language = 🌐 Язык
settings-button-length = 📏 Длина ответов
settings-button-voice = 🔊 Голос
settings-button-back = ← Назад
settings-button-close = Закрыть
settings-language-auto = Как в Telegram
settings-length-short = Коротко
settings-length-normal = Обычно
settings-length-long = Подробно
settings-voice-on = Да
settings-voice-off = Нет
settings-not-yours = Это настройки другого человека. Свои открываются командой /settings.
settings-closed = Готово, настройки сохранены.
settings-length-chosen = { $length ->
    [short] Хорошо, буду отвечать короче.
    [long] Хорошо, буду отвечать подробнее.
   *[normal] Хорошо, буду отвечать как обычно.
} Поменять обратно: /settings
