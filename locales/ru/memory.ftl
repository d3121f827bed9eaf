memory-title = { $count ->
    [one] <b>Что вы мне о себе рассказали</b> — { $count } запись
    [few] <b>Что вы мне о себе рассказали</b> — { $count } записи
   *[many] <b>Что вы мне о себе рассказали</b> — { $count } записей
 }
memory-empty =
    <b>Пока я ничего о вас не помню</b>

    Скажите, например: «запомни, что я живу в Казани».
memory-is-off = Память выключена: нового я не запоминаю и в ответах ничего не учитываю.
memory-one =
    <b>{ $text }</b>

    { $origin ->
        [asked] Вы попросили запомнить
       *[noticed] Вы сказали это о себе
    } { $date }.
memory-from-group = (в группе)
memory-button-edit = ✏️ Изменить
memory-button-delete = 🗑 Забыть это
memory-button-back = ‹ Назад
memory-button-all = 🗑 Забыть всё отсюда
memory-button-sure = Да, забыть
memory-button-on = Включить память
memory-button-off = Выключить память
memory-button-gon = Включить память в группе
memory-button-goff = Выключить память в группе
memory-button-close = Закрыть
memory-button-undo = Не запоминать
memory-button-yes = Запомнить
memory-button-no = Не надо
memory-button-plain = Не учитывать
memory-toast-plain = Отвечаю заново, без этого
memory-all-question = { $count ->
    [one] Забыть { $count } запись? Вернуть её не получится.
    [few] Забыть { $count } записи? Вернуть их не получится.
   *[many] Забыть { $count } записей? Вернуть их не получится.
 }
memory-ask = Запомнить, чтобы учитывать в ответах? «{ $text }»
memory-kept = 💾 Запомнил: «{ $text }». Всё такое — в /memory.
memory-replaced = 💾 Теперь помню так: «{ $text }». Было: «{ $before }».
memory-known = Это я уже помню: «{ $text }».
memory-secret = Пароли, номера карт и документов я не запоминаю: в переписке им не место. Удалите, пожалуйста, и само сообщение.
memory-too-long = Это слишком длинно: запоминаю до 300 знаков. Скажите короче.
memory-full = Запомнить больше не могу: записей уже сотня. Удалите лишнее в /memory.
memory-off = Память здесь выключена. В личном чате её включают в /memory, в группе — администратор той же командой.
memory-gone = Этой записи уже нет.
memory-undone = Хорошо, этого не помню.
memory-not-kept = Хорошо, не запоминаю.
memory-say-again = Не вижу вашего сообщения. Скажите ещё раз: «запомни, что …».
memory-remember-what = Что запомнить? Например: /remember я живу в Казани
memory-forgotten = Забыл: «{ $text }».
memory-forget-what = Такого я и не помнил. Всё, что помню, — в /memory.
memory-edit = Ответьте на это сообщение новыми словами вместо «{ $text }».
memory-closed = Закрыто. Открыть снова — /memory.
memory-group =
    <b>Память в этой группе { $state ->
        [on] включена
       *[off] выключена
    }</b>

    { $state ->
        [on] Что участник говорит мне о себе, я учитываю в ответах ему и только здесь. Свои записи каждый видит и стирает в личном чате: /memory.
       *[off] Здесь я ничего о людях не запоминаю, и личных записей в группе не касаюсь. Включить может администратор.
    }
memory-admins-only = Это решают администраторы группы.
memory-not-yours = Это чужая память. Своя — по команде /memory.
memory-considered = Учёл, что вы говорили: { $memories }
memory-you-said = Вы говорили мне:
