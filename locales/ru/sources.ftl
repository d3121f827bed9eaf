command-sources = источники этого чата
command-add = добавить файл или страницу в источники

source-accepted = 📎 Получил <code>{ $name }</code>, сейчас прочитаю.
source-reading = 📖 Читаю <code>{ $name }</code>…
source-indexing = 🗂 Раскладываю по полочкам <code>{ $name }</code>: { $percent }%
source-embedding = 🗂 <code>{ $name }</code> прочитан, спрашивать уже можно. Вникаю в смысл: { $done } из { $total }.
source-done-ready =
    ✅ Готово: <code>{ $name }</code> — { $count ->
        [one] { $count } фрагмент
        [few] { $count } фрагмента
       *[many] { $count } фрагментов
    }. Спрашивайте!
source-done-words =
    ✅ <code>{ $name }</code> прочитан: { $count ->
        [one] { $count } фрагмент
        [few] { $count } фрагмента
       *[many] { $count } фрагментов
    }. По словам уже ищу, а смысл дочитаю чуть позже — спрашивать можно.
source-done-unchanged = 👌 <code>{ $name }</code> у меня уже есть, ничего не изменилось. Спрашивайте!
source-left-out =
    { $count ->
        [one] Одно прочитать не вышло:
       *[other] Не вышло прочитать ({ $count }):
    }
    { $rows }
source-left-out-line = • <code>{ $name }</code>: { $reason }
source-button-what = 🔎 Что внутри
source-button-remove = 🗑 Убрать
source-button-reread = 🔄 Прочитать заново

source-refused = 😕 Не взял <code>{ $name }</code>: { $reason }.
source-problem-too-large = 😕 <code>{ $name }</code> слишком велик: боту Telegram отдаёт файлы не больше 20 МБ. Разделите его на части, а владелец бота может добавить большой файл командой samovar ingest.
source-problem-gone = 😕 Telegram больше не отдаёт <code>{ $name }</code>. Пришлите его ещё раз, пожалуйста.
source-problem-chat-full = 😕 В этом чате уже много источников, для <code>{ $name }</code> места нет. Уберите лишнее командой /sources и пришлите ещё раз.
source-problem-unreadable = 😕 В <code>{ $name }</code> не нашлось текста, который можно прочитать.
source-problem-internal = 😕 На <code>{ $name }</code> я споткнулся, и это моя вина. Попробуйте сохранить его в другом виде, например в PDF или TXT.
source-too-many-waiting = Я ещё читаю ваши прошлые файлы. Дождитесь их, пожалуйста, и пришлите этот снова.
source-admins-only = Добавлять источники в этой группе могут администраторы. Пришлите файл мне лично — отвечу по нему вам.
source-add-how = Пришлите файл с упоминанием меня или ответьте командой /add на сообщение с файлом: прочитаю PDF, DOCX, EPUB, TXT, MD, HTML, CSV, ZIP и выгрузку Telegram (result.json). Страницу из интернета: /add https://…
source-add-how-private = Просто пришлите мне файл: PDF, DOCX, EPUB, TXT, MD, HTML, CSV, ZIP или выгрузку Telegram (result.json). Прочитаю и отвечу по нему — только вам. Страницу из интернета: /add https://…
source-admins-only-page = Добавлять источники в этой группе могут администраторы. Напишите мне то же лично — прочитаю страницу и отвечу по ней вам.
source-page-address = Это не адрес страницы, которую я могу прочитать. Он начинается с https:// и не содержит пароля: /add https://example.org/page
source-page-one = По одной странице, пожалуйста: пришлите каждый адрес отдельным сообщением.
source-rereading = 🔄 Читаю <code>{ $name }</code> заново.
source-reread-kept = То, что я прочитал там раньше, осталось в источниках.

source-skip-other = его не получилось прочитать
source-skip-empty = он пустой
source-skip-no-text = в нём нет текста
source-skip-not-text = это не текстовый файл
source-skip-unknown-kind = файлы вида «{ $suffix }» я пока не читаю — подойдут PDF, DOCX, EPUB, TXT, MD, HTML, CSV, ZIP
source-skip-not-found = его не оказалось на месте, пришлите ещё раз
source-skip-no-permission = его не разрешено читать
source-skip-not-a-file = это не обычный файл
source-skip-is-a-folder = это папка
source-skip-is-a-link = это ссылка на другое место, по таким я не хожу
source-skip-unreadable = диск не смог его прочитать, пришлите ещё раз
source-skip-folder-without-sources = в папке нет файлов, которые я умею читать
source-skip-too-large = он больше { $limit_mb } МБ — разделите его на части
source-skip-too-much-text = в нём больше { $limit_mb } МБ текста — разделите его на части
source-skip-too-slow = чтение заняло больше { $limit_s } секунд — разделите его или сохраните заново
source-skip-too-much-memory = для чтения нужно слишком много памяти — разделите его или сохраните заново
source-skip-broken = файл { $kind } повреждён или обрезан — сохраните или скачайте его заново
source-skip-wrong-kind = по имени это { $kind }, а внутри что-то другое
source-skip-encrypted = файл { $kind } закрыт паролем — сохраните его без пароля
source-skip-protected-book = книга зашифрована продавцом (DRM)
source-skip-scanned = его страницы — картинки без текста: сначала распознайте текст (OCR)
source-skip-too-many-pages = в нём больше { $limit } страниц — разделите его на части
source-skip-too-deep = слишком глубокая вложенность
source-skip-no-export = это не выгрузка Telegram Desktop — выгрузите чат в JSON и пришлите result.json
source-skip-export-broken = выгрузка повреждена или обрезана — выгрузите чат ещё раз
source-skip-export-empty = в выгрузке нет сообщений
source-skip-export-without-text = в выгрузке нет сообщений с текстом
source-skip-export-link-of-many = в выгрузке много чатов, а ссылка одна
source-skip-deletions-kept = в выгрузке не хватает { $missing } из { $known } сообщений; я их пока оставил
source-skip-archive-empty = в архиве нет файлов, которые я умею читать
source-skip-archive-too-many = в архиве больше { $limit } файлов — разделите его
source-skip-archive-too-large = в распакованном виде он больше { $limit_mb } МБ — разделите его
source-skip-archive-bomb = при распаковке он вырастает больше чем в { $limit } раз, так ведут себя только вредные архивы
source-skip-archive-nested = архив внутри архива внутри архива я не открываю
source-skip-archive-bad-name = имя файла указывает за пределы архива
source-skip-file-changed = он изменился, пока я читал — пришлите ещё раз
source-skip-page-forbidden = сайт просит программы не читать эту страницу
source-skip-page-not-found = сервер ответил { $status }
source-skip-page-of-other-kind = это не страница и не файл знакомого мне вида
source-skip-page-private = адрес ведёт во внутреннюю сеть, оттуда я не читаю
source-skip-page-round = адрес без конца ведёт с одной страницы на другую
source-skip-page-silent = сервер не ответил вовремя — попробуйте позже
source-skip-page-unreachable = по этому адресу нет сервера, или он обрывает связь

source-list =
    <b>Источники этого чата</b>
    { $rows }
source-list-empty = В этом чате пока нет своих источников. { $private ->
        [yes] Пришлите мне файл — прочитаю и отвечу по нему, только вам.
       *[no] Администратор может прислать файл с упоминанием меня, ответить на файл командой /add или включить живой источник: /live on.
    }
source-list-line = • <code>{ $name }</code> — { $date }, { $count ->
        [one] { $count } фрагмент
        [few] { $count } фрагмента
       *[many] { $count } фрагментов
    }{ $state ->
        [accepted] , ещё читаю
        [indexed] , вникаю
       *[done] {""}
    }
source-list-live = 💬 Живой источник: { $state ->
        [on] включён
       *[off] выключен
    }, сообщения хранятся { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
source-button-documents-live = 💬 Записи живого источника ({ $count })
source-button-documents-owner = 📚 Библиотека владельца ({ $count })
source-button-back = ← Назад
source-button-close = Закрыть
source-button-older = Старее →
source-button-newer = ← Новее
source-closed = Источники закрыты. /sources откроет их снова.
source-page =
    📄 <code>{ $name }</code>
    Добавлен { $date }, { $count ->
        [one] { $count } фрагмент
        [few] { $count } фрагмента
       *[many] { $count } фрагментов
    }.
source-drop-question = Убрать <code>{ $name }</code> из источников? Отвечать по нему я больше не смогу.
source-drop-yes = Да, убрать
source-drop-no = Нет, оставить
source-dropped = 🗑 <code>{ $name }</code> убран. Я его больше не помню.
source-gone-already = Этого источника уже нет.
source-outline =
    <b>Что внутри</b> <code>{ $name }</code>:
    { $rows }

    Спросите о чём угодно из этого.
source-outline-line = • { $text }
source-outline-later = Я ещё читаю этот файл. Загляните чуть позже.
source-documents = <b>Записи</b> ({ $count }), новые сверху. Если запись удалена в Telegram, нажмите на неё и уберите здесь: сам Telegram ботам об удалениях не сообщает.
source-documents-empty = Здесь пока пусто.
source-document =
    📄 <b>{ $title }</b>
    { $date }, { $count ->
        [one] { $count } фрагмент
        [few] { $count } фрагмента
       *[many] { $count } фрагментов
    }
source-document-link = <a href="{ $url }">Открыть</a>
source-button-gone = 🗑 Её больше нет
source-document-removed = 🗑 Убрано. Отвечать по этой записи я больше не буду.
source-not-yours = Это может администратор или тот, кто прислал файл.

forget-table-chat_files = присланные файлы
forget-table-documents = документы из них
forget-table-passages = фрагменты документов
forget-table-libraries = личная библиотека
forget-table-live_messages = сообщения в живых источниках

live-on =
    💬 <b>Этот чат теперь мой источник.</b> С этой минуты я запоминаю сообщения и отвечаю по ним участникам, со ссылкой на само сообщение. Хранятся они { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }; кто в чате не состоит, ответа по ним не получит.

    • Не хотите, чтобы ваши хранились? /optout — уберу и новых не возьму. Передумаете — /optin.
    • Удалили сообщение? Telegram мне об этом не скажет: ответьте на него /purge до удаления, или администратор уберёт запись в /sources.
    • Команды, вопросы ко мне и сообщения ботов я не храню.
live-on-channel =
    💬 <b>Этот канал теперь мой источник.</b> С этой минуты я запоминаю публикации и отвечаю по ним подписчикам, со ссылкой на пост. Хранятся они { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }. Об удалении Telegram мне не сообщает: ответьте на пост /purge.
live-off = ⏸ Новых сообщений больше не беру. То, что уже собрано, осталось: по нему можно спрашивать до конца срока хранения.
live-off-already = Живой источник здесь и так выключен.
live-state-on = 💬 Живой источник включён. Сообщения хранятся { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }.
live-state-off = 💬 Живой источник выключен: сообщения этого чата я не храню. Если включить, я скажу об этом здесь, и каждый сможет отказаться.
live-offer = 💬 Меня сделали администратором канала «{ $title }». Отвечать подписчикам по его новым постам? Я скажу об этом в канале.
live-days = Хорошо, теперь храню { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }. Что старше — стираю.
live-deaf = Я здесь вижу только команды и упоминания. Сделайте меня администратором группы (или отключите мне privacy mode у @BotFather) и повторите /live on.
live-where = Живой источник включается в самой группе или канале: администратор пишет там /live on.
live-admins-only = Включать и выключать живой источник могут администраторы.
live-admins-only-toast = Это могут администраторы чата.
live-not-announced = Я не могу писать в этот канал, а без предупреждения ничего не храню. Дайте мне право публиковать и попробуйте ещё раз.
live-erased = 🗑 Стёр всё собранное: { $count ->
        [one] { $count } сообщение
        [few] { $count } сообщения
       *[many] { $count } сообщений
    }.
live-button-on = ▶️ Включить
live-button-off = ⏸ Выключить
live-button-erase = 🗑 Стереть собранное
live-button-days = { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
live-opted-out = Хорошо, ваших сообщений в этом чате больше не храню. { $count ->
        [0] Их у меня и не было.
        [one] Убрал { $count } сообщение.
        [few] Убрал { $count } сообщения.
       *[many] Убрал { $count } сообщений.
    } Вернуть: /optin.
live-opted-in = Спасибо! Новые ваши сообщения снова помогут отвечать. Отказаться: /optout.
live-opted-in-already = Вы и не отказывались. Отказаться: /optout.
live-consent-where = Напишите это в той группе, о которой речь: у каждой свой выбор.
live-purged = 🗑 Убрал из источников.
live-purge-nothing = Этого сообщения в источниках нет.
live-purge-how = Ответьте командой /purge на сообщение, которое надо убрать из источников.
live-purge-refused = Убрать сообщение может его автор или администратор.
