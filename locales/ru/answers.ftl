answer-ready = 🫖 Ответ готов
stage-waiting = 💭 Думаю…
stage-rewrite = 💭 Вникаю в вопрос…
stage-search = 🔎 Ищу в источниках…
stage-rerank = 📚 Выбираю лучшее…
stage-generate = ✍️ Пишу ответ…

answer-sources = Источники
answer-quote = «{ $quote }»
answer-members-only = откроется только участникам
answer-untitled = Источник { $n }
answer-abstained = В моих источниках нет ответа на этот вопрос, а придумывать не буду.
answer-offered = Ближе всего нашлось вот это:
answer-rephrase = Попробуйте спросить иначе или добавить подробностей.
answer-stopped = ⏹ Остановлено, ответ неполный.
answer-stopped-empty = ⏹ Остановлено.

dialogue-earlier = Вы спрашивали:
dialogue-none = Мы ещё ни о чём не говорили — спрашивайте!

failure-deadline = Ответ готовился слишком долго, и я его отложил. Нажмите 🔁 или спросите чуть позже.
failure-unavailable = Сейчас не получается ответить: часть меня не на связи. Нажмите 🔁 через минуту.
failure-model = Модель не справилась с этим вопросом. Попробуйте спросить другими словами.
failure-internal = Что-то сломалось у меня внутри. Нажмите 🔁, а если повторится — передайте владельцу код <code>{ $id }</code>.

button-stop = ⏹ Стоп
button-again = 🔁 Заново
button-shorter = ✂️ Короче
toast-thanks = Спасибо, учту!
toast-again = Отвечаю заново…
toast-shorter = Сейчас будет короче…
toast-stopped = Останавливаю
toast-already-done = Ответ уже готов
toast-not-yours = Эти кнопки — для того, кто спрашивал. Задайте свой вопрос!
toast-gone = Этот ответ слишком старый. Спросите ещё раз.
toast-stale = Эта кнопка больше не работает.

smalltalk-greeting = Здравствуйте! О чём хотите узнать?
smalltalk-thanks = Пожалуйста! Рад, что пригодился.
smalltalk-goodbye = До встречи! Самовар всегда тёплый.
smalltalk-about = Я Самовар — бот, который отвечает по источникам своего владельца и показывает, откуда что взято. Спросите о чём-нибудь, а /help расскажет подробнее.
smalltalk-how-are-you = Киплю потихоньку, спасибо! Чем помочь?
smalltalk-praise = Приятно слышать! Спрашивайте ещё.
smalltalk-apology = Ничего страшного. Продолжим?
