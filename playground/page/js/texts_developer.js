// Words of the workshop: what bots call, what they are sent, and how to make their life hard.

export const DEVELOPER = {
  en: {
    drawer: "Workshop", calls: "Calls", updates: "Updates", timings: "Times", mishaps: "Mishaps", controls: "Controls",
    filter: "Filter by words", filter_bot: "Which bot", all_bots: "all bots", all_methods: "all methods", all_types: "all kinds", only_errors: "errors", only_open: "not taken",
    no_calls: "No bot has called yet. Connect one and write to it.", no_updates: "No bot was sent anything yet.", shown_of: "{shown} of {count}", params: "Parameters", result: "Answer", update: "Update", copy_json: "JSON", copy_curl: "curl",
    state_lost: "lost", no_timings: "Nothing was measured yet.", timings_hint: "Of the last calls: half are faster than p50, 95 of 100 faster than p95.", updates_until: "Updates until the bot took them", method_short: "Method", type: "Kind", count: "Number", longest: "longest",
    errors_count: { one: "{count} error", other: "{count} errors" },
    faults: "Calls", update_faults: "Updates", faults_hint: "The next matching call or update meets one of these, once unless you say otherwise.", own_mishap: "One of your own…", set_mishap: "Let it happen", clear_all: "Clear all",
    fault_429: "429 once", fault_5xx: "5xx three times", fault_slow: "slow 3 s", fault_cut: "cut", fault_blocked: "blocked", update_lost: "lost", update_duplicate: "twice", update_late: "5 s late", update_swapped: "swapped",
    what: "What happens", what_lost: "never comes", what_duplicate: "comes twice", what_late: "comes later", what_swapped: "changes places with the next", chance: "Chance, %", any: "any", any_method: "any method", any_update: "any update", bot: "bot",
    answer_code: "Answer", no_refusal: "none, goes on", times: "How often", until_removed: "until removed", delay_s: "Delay, s", contains: "Only with the words", own_words: "Description", telegrams_words: "Telegram's own words", cut: "cut", cut_long: "Cut the connection without an answer",
    after_effect: "after the effect", after_effect_long: "Only after the call took effect: the answer is lost, the message is not",
    clock: "Clock", plus_minute: "+1 min", plus_hour: "+1 h", plus_day: "+1 day", to_instant: "To an instant…", instant: "Instant", set_clock: "Set the clock", profile: "Profile", seed: "Seed", seed_hint: "The same seed draws the same refusals.", apply: "Apply",
    limits_off: "off", limits_faq: "as in Telegram's FAQ", limits_harsh: "a bad day", whole_town: "The whole town", whole_town_hint: "People, bots, chats, messages and files in one file.", save_town: "Save", load_town: "Load", reset: "Start over", reset_sure: "Really? All is lost",
    as_test: "As a test", as_test_hint: "The open conversation as a Python test that talks to your bot.", tokens_and_connections: "Tokens and connections",
  },
  ru: {
    drawer: "Мастерская", calls: "Вызовы", updates: "События", timings: "Время", mishaps: "Неполадки", controls: "Управление",
    filter: "Фильтр по словам", filter_bot: "Какой бот", all_bots: "все боты", all_methods: "все методы", all_types: "все виды", only_errors: "ошибки", only_open: "не принятые",
    no_calls: "Ни один бот ещё ничего не вызвал. Подключите бота и напишите ему.", no_updates: "Ботам ещё ничего не отправлено.", shown_of: "{shown} из {count}", params: "Параметры", result: "Ответ", update: "Событие", copy_json: "JSON", copy_curl: "curl",
    state_lost: "потеряно", no_timings: "Пока ничего не измерено.", timings_hint: "По последним вызовам: половина быстрее p50, 95 из 100 быстрее p95.", updates_until: "События до принятия ботом", method_short: "Метод", type: "Вид", count: "Число", longest: "дольше всего",
    errors_count: { one: "{count} ошибка", few: "{count} ошибки", many: "{count} ошибок", other: "{count} ошибки" },
    faults: "Вызовы", update_faults: "События", faults_hint: "Ближайший подходящий вызов или событие встретит одну из них, один раз, если не сказано иначе.", own_mishap: "Своя…", set_mishap: "Пусть случится", clear_all: "Убрать все",
    fault_429: "429 один раз", fault_5xx: "5xx три раза", fault_slow: "медленно, 3 с", fault_cut: "обрыв", fault_blocked: "заблокирован", update_lost: "потеряно", update_duplicate: "дважды", update_late: "на 5 с позже", update_swapped: "не по порядку",
    what: "Что случится", what_lost: "не придёт", what_duplicate: "придёт дважды", what_late: "придёт позже", what_swapped: "поменяется местами со следующим", chance: "Вероятность, %", any: "любой", any_method: "любой метод", any_update: "любое событие", bot: "бот",
    answer_code: "Ответ", no_refusal: "без отказа", times: "Сколько раз", until_removed: "пока не уберут", delay_s: "Задержка, с", contains: "Только со словами", own_words: "Описание", telegrams_words: "словами Telegram", cut: "обрыв", cut_long: "Оборвать соединение без ответа",
    after_effect: "после действия", after_effect_long: "Только после того, как вызов подействовал: ответ потерян, сообщение – нет",
    clock: "Часы", plus_minute: "+1 мин", plus_hour: "+1 ч", plus_day: "+1 день", to_instant: "К моменту…", instant: "Момент", set_clock: "Перевести часы", profile: "Профиль", seed: "Зерно", seed_hint: "Одно зерно – одни и те же отказы.", apply: "Применить",
    limits_off: "выключены", limits_faq: "как в справке Telegram", limits_harsh: "тяжёлый день", whole_town: "Весь городок", whole_town_hint: "Люди, боты, чаты, сообщения и файлы в одном файле.", save_town: "Сохранить", load_town: "Загрузить", reset: "Начать сначала", reset_sure: "Точно? Всё пропадёт",
    as_test: "Как тест", as_test_hint: "Открытый разговор как тест на Python, который говорит с вашим ботом.", tokens_and_connections: "Токены и подключения",
  },
};
