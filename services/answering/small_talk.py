"""Small talk that fills a whole message: thanks, greetings, laughter, a lone emoji."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from services.answering.commands import plain_words
from services.answering.openings import ADDRESS, GREETING, without_greeting
from services.answering.wordlists import listed


class SmallTalk(StrEnum):
    """Kinds of small talk; the value is the Fluent message that answers it."""

    GREETING = "smalltalk-greeting"
    THANKS = "smalltalk-thanks"
    GOODBYE = "smalltalk-goodbye"
    ABOUT_BOT = "smalltalk-about"
    HOW_ARE_YOU = "smalltalk-how-are-you"
    PRAISE = "smalltalk-praise"
    APOLOGY = "smalltalk-apology"
    DECLINED = "smalltalk-declined"


# Patterns match the whole text, so that a question that merely begins with a greeting is not
# swallowed; the greeting in front of one is removed by `without_greeting`.
_YOU_RU = r"(?:тебе|вам|бот|ботик|самовар|дружище|друг|брат|бро|от души)"
_FOR_RU = (
    r"за (?:все|это|то|ответ|ответы|помощь|совет|подсказку|информацию|инфу|внимание|старания|"
    r"труд|терпение|пояснение|разъяснение|быстрый ответ)"
)
_VERY_RU = r"(?:(?:очень|так|все|вообще|правда|реально|просто|прям|прямо|ну|какой|какая|вот это) )*"
_WELL_RU = (
    r"молод(?:ец|чина|чинка)|умни(?:ца|чка|к)|красав(?:а|чик|ец|ица)|"
    r"лучш(?:ий|ая|е всех)(?: бот)?|"
    r"супер|круто|круть|крут(?:ой|ая|отень)?|класс|классно|классный|клево|"
    r"шикарно|четко|ништяк|ого|вау|ух ты|ничего себе|нифига себе|обалдеть|"
    r"офигеть|отлично|отличный ответ|здорово|хорошо|хороший (?:ответ|бот)|прекрасно|замечательно|"
    r"великолепно|восхитительно|потрясающе|неплохо|нормально|норм|годно|сойдет|пойдет|идеально|"
    r"молоток|браво|респект|любопытно|интересно|занятно|мило|смешно|забавно|полезно|удобно|"
    r"помог|помогла|помогли|помогло|выручил|выручила|выручили|доволен|довольна|"
    r"даешь|то что (?:нужно|надо|искал|искала|доктор прописал)|"
    r"(?:ты )?(?:мне )?нравишься|мне (?:все )?(?:нравится|понравилось)|(?:я )?(?:тебя )?обожаю|"
    r"люблю тебя|(?:я )?тебя люблю"
)
_NAMED_RU = (
    r"(?:ты|вы|это|просто|прям|реально|вообще|ты просто|ты реально|это просто|ну ты|вот это) "
    r"(?:гений|мастер|золото|чудо|прелесть|спаситель|огонь|пушка|бомба|топ|шик|кайф|блеск|зачет|"
    r"логично|точно)"
)
_NAMED_EN = (
    r"(?:you(?:'re| are|re)? |that(?:'s|s| is| was) |this is |it(?:'s|s| is| was) )"
    r"(?:an? |the |absolutely |so |very )*(?:genius|legend|star|best|right|true|lit|epic|dope|rock)"
)
_SEEN_RU = (
    r"ок|окей|оке|окс|оки|ок ок|лады|ладно|договорились|принято|принял|приняла|понял|поняла|"
    r"поняли|понял тебя|поняла тебя|понятно|понятненько|ясно|ясненько|ясно понятно|все ясно|"
    r"все понятно|теперь (?:ясно|понятно)|вот оно что|вот как|вот оно как|так вот оно что|"
    r"ага|агась|угу|мм+|хм+|ну да|да да|разумно|согласен|согласна|верно|учту|запомню|"
    r"буду знать|так и думал|так и думала|так и знал|так и знала|ничего|бывает|не страшно|"
    r"ничего страшного|все (?:в порядке|нормально|хорошо|ок)|не за что|без проблем|пожалуйста"
)
_LAUGH = (
    r"(?:а|у|э)?(?:х[аиеэ]+){2,}х?|(?:а+х+)+а*|ы{3,}|хи хи|ха ха(?: ха)*|лол|кек|кекв|ржу|ору|"
    r"ржу не могу|ржунимагу|угар|умора|рофл|(?:я )?(?:в голос|плачу|умер(?:ла)?) (?:ору|от смеха)|"
    r"(?:bw|mw|w|b)?a?(?:h[aei]+){2,}h?|lol+|lmf?ao+|rofl|lulz|xd+|(?:خ){2,}|ها(?: ?ها)+|هه+"
)
_WELL_EN = (
    r"(?:very |so |really |pretty |super |that(?:'s|s| is| was) |this is |it(?:'s|s| is| was) |"
    r"you(?:'re| are|re) |what |an? |the |too |just |absolutely |such )*"
    r"(?:good|nice|great|cool|neat|sweet|awesome|amazing|perfect|wonderful|fantastic|excellent|"
    r"brilliant|incredible|impressive|superb|lovely|"
    r"well done|good job|great job|nice job|nice work|great work|good work|well played|"
    r"ok|okay|k|kk|okey|alright|all right|fine|got it|gotcha|understood|noted|roger(?: that)?|"
    r"i see|i understand|i get it|makes (?:perfect |total )?sense|fair enough|exactly|"
    r"agreed|sounds (?:good|great)|good to know|funny|hilarious|helpful|useful|interesting|"
    r"wow|whoa|omg|yay|bravo|kudos|no worries|no problem|np|all good|never better|"
    r"good (?:bot|one|answer|stuff)|nice one|nice answer|great answer|hm+|mm+|oh|ah|aha|"
    r"love (?:it|this|you)|i (?:love|like) (?:it|this|you)|you(?:'re| are|re)? rock|"
    r"helped(?: me)?(?: a lot)?|exactly what i needed|what i (?:needed|wanted))"
)
_RULES: Final = (
    (
        SmallTalk.GREETING,
        rf"(?:(?:{GREETING}|здарова?|здоров|дарова?|даров|хаюшки|хеллоу|приветули|приветос|"
        r"ку|йо|алло|алоха|прив|здрасьте|здрасте|доброго времени|доброго времени суток|"
        r"мое почтение|"
        r"с (?:новым годом|наступающим|праздником|рождеством|днем рождения|пасхой|8 марта|"
        r"возвращением)|рад(?:а)? (?:тебя|вас) видеть|есть кто|есть кто (?:живой|тут|здесь|дома)|"
        r"кто (?:тут|здесь) есть|yo|heya|hi hi|hello hello|sup bot|what's new|happy new year|"
        r"merry christmas|happy (?:birthday|holidays|easter)|anyone (?:here|there|home)|"
        r"nice to meet you|درود بر (?:شما|تو)|سلام علیکم|سلام (?:خوبی|چطوری)|وقت (?:بخیر|خوش)|"
        r"سال نو مبارک|عید(?: شما)? مبارک)"
        rf"{ADDRESS}(?: |$))+",
    ),
    (
        SmallTalk.THANKS,
        r"(?:(?:все|еще раз|ну|и|вот|ого|уже) )*(?:большое |огромное |большущее |искреннее |"
        r"тебе |вам )*"
        r"(?:спасибо|спасибочки|спасибки|спасибище|спс|спасиб|спасибоньки|пасиб[аок]*|сяб|"
        r"благодарю|благодарочка|благодарствую|благодарен|благодарна|премного благодарен|мерси|"
        r"сенкс|сенкью|сэнкс|тхх|рахмат|дякую)"
        rf"(?: (?:большое|огромное|большущее|преогромное|еще раз|заранее|{_YOU_RU}|{_FOR_RU}|"
        r"что (?:помог|помогла|помогли|ответил|есть|объяснил)))*|"
        r"(?:ok |okay |great |many |big |much |ok |and |oh )*(?:thanks|thanx|thank you|thank u|thx|"
        r"thnx|tnx|ty|tysm|tyvm|cheers|much appreciated|appreciate it|i appreciate (?:it|that|you)|"
        r"i'm grateful|much obliged)"
        r"(?: (?:a lot|so much|very much|a bunch|a ton|a million|tons|again|anyway|man|mate|bro|"
        r"buddy|dude|friend|bot|samovar|in advance|"
        r"for (?:the|your|all (?:the|your)?|that|this|everything|helping)(?: (?:help|answer|info|"
        r"information|tip|advice|time|patience|explanation|me|quick reply))*))*|"
        r"(?:خیلی |واقعا )*(?:ممنون(?:م)?|متشکرم|متشکر|مرسی|مچکرم|سپاس(?:گزارم)?|تشکر|دمت گرم|"
        r"دستت درد نکنه|دست شما درد نکنه|لطف کردی|لطف کردید|قربانت|قربونت)(?: از (?:شما|تو|"
        r"پاسخ(?:تان|ت)?|کمک(?:تان|ت)?))?",
    ),
    (
        SmallTalk.GOODBYE,
        r"(?:ну |все |ладно |тогда |давай )*(?:пока|пока пока|покеда|покедова|бай|бай бай|чао|"
        r"адьос|до (?:свидания|встречи|завтра|скорого|связи|вечера|понедельника|следующего раза)|"
        r"всего (?:доброго|хорошего|лучшего|наилучшего)|хорошего (?:дня|вечера|вам дня)|"
        r"прощай(?:те)?|(?:спокойной|доброй) ночи|спок|споки|сладких снов|увидимся|созвонимся|"
        r"спишемся|бывай(?:те)?|счастливо|удачи|(?:мне )?пора(?: (?:идти|бежать|спать))?|"
        r"(?:я )?(?:пошел|пошла|побежал|побежала|ушел|ушла)(?: спать| работать| домой)?|"
        r"(?:я )?(?:спать|отключаюсь|ухожу)|до связи)|"
        r"(?:ok |okay |well )?(?:(?:good ?)?bye(?: bye)?|see (?:you|ya|u)(?: later| soon| tomorrow|"
        r" around)?|cya|later|laters|ttyl|talk (?:to you )?(?:later|soon|tomorrow)|good ?night|"
        r"gn|night night|nighty night|farewell|take care|"
        r"have a (?:good|nice|great|lovely) (?:day|one|evening|night|weekend)|"
        r"(?:i )?(?:gotta|have to|got to|must|need to) (?:go|run)|(?:i'm|im|i am) (?:off|out|"
        r"leaving|"
        r"going to (?:bed|sleep))|until (?:next time|tomorrow)|ciao|adios|peace(?: out)?)|"
        r"خداحافظ(?:ی)?|خدا ?نگهدار|بدرود|شب (?:بخیر|خوش)|روز خوش|فعلا|تا (?:بعد|فردا)|می ?بینمت",
    ),
    (
        SmallTalk.ABOUT_BOT,
        r"(?:а )?(?:кто (?:ты|вы)(?: (?:такой|такая|такие|вообще))*|"
        r"(?:ты|вы) кто(?: (?:такой|такая|такие|вообще))*|(?:ты )?(?:точно )?(?:не )?(?:бот|робот|"
        r"человек|живой|настоящий|нейросеть|программа|машина|ии|gpt|chatgpt)(?: или (?:бот|робот|"
        r"человек|живой человек|нейросеть|программа|машина|нет|не))|ты (?:точно |не |реально )*"
        r"(?:бот|робот|человек|живой|живая|настоящий|нейросеть|программа|машина|ии|chatgpt|gpt)|"
        r"(?:а )?что (?:ты|вы) (?:умеешь|умеете|можешь|можете|знаешь|знаете|такое)(?: делать)?|"
        r"(?:а )?что ты (?:вообще |еще )+(?:умеешь|можешь)(?: делать)?|"
        r"как (?:тебя|вас) (?:зовут|звать|называть)|как твое имя|(?:у тебя есть )?имя|"
        r"расскажи(?:те)? (?:мне )?(?:о себе|про себя)|"
        r"чем (?:ты )?(?:можешь (?:мне )?помочь|поможешь|полезен)|"
        r"кто тебя (?:создал|сделал|придумал|написал|разработал)|кто твой (?:создатель|автор|"
        r"хозяин|"
        r"разработчик)|сколько тебе лет|когда ты родился|ты откуда|откуда ты|где ты живешь|"
        r"ты (?:мальчик|девочка|мужчина|женщина)(?: или (?:девочка|мальчик|женщина|мужчина))?|"
        r"для чего ты(?: нужен| создан)?|зачем ты(?: нужен| создан)?|на чем ты работаешь|"
        r"как ты работаешь)|"
        r"(?:so |and )?(?:who|what)(?: exactly)? are you(?: exactly| anyway)?|"
        r"what(?:'s| is| s) your name|do you have a name|"
        r"what (?:else )?can you do(?: for me)?|what do you do|what are you (?:capable of|for|"
        r"good at)|"
        r"are you (?:an? )?(?:bot|human|robot|real|ai|person|machine|chatgpt|gpt|alive|"
        r"real person|human or (?:an? )?(?:bot|robot)|bot or (?:an? )?human)(?: person)?|"
        r"(?:can you )?tell me (?:something )?about yourself|introduce yourself|"
        r"how can you help(?: me)?|who (?:made|created|built|wrote|programmed|developed|owns|"
        r"trained)"
        r" you|how old are you|where are you from|how do you work|where do you live|"
        r"(?:تو|شما) (?:کی|چی|ربات|انسان|آدم|واقعی) ?(?:هستی|هستید|ای)?|شما کیستید|تو کیستی|"
        r"اسمت (?:چیه|چیست)|اسم (?:شما|تو) (?:چیست|چیه)|چند سالته|کی (?:تو را|تورو|"
        r"تو رو) ساخت(?:ه)?|"
        r"چه کار(?:ی|هایی)? می ?توانی(?: بکنی| انجام دهی)?|"
        r"چی(?:کار)? (?:بلدی|می ?تونی(?: بکنی)?)",
    ),
    (
        SmallTalk.HOW_ARE_YOU,
        r"(?:ну |и |а )?(?:как (?:у тебя |у вас |твои |ваши |оно |сам |сама |вообще )*(?:дела|"
        r"делишки|"
        r"ты|вы|жизнь|жизнь молодая|поживаешь|поживаете|настроение|настрой|здоровье|сам|сама|оно|"
        r"день|успехи|себя чувствуешь|дела у тебя)(?: сегодня| там| сама?| вообще| проходит)?|"
        r"че как|чо как|что нового|че нового|чем (?:занят|занята|занимаешься|занимаетесь)|"
        r"что (?:ты )?делаешь|(?:ты|вы) (?:тут|здесь|где|живой|жив|спишь|на месте|онлайн|еще тут)|"
        r"где ты|ты (?:меня )?(?:слышишь|слышишь меня|понимаешь|понимаешь меня|работаешь)|"
        r"(?:тебе )?(?:не )?скучно|мне скучно|скучаешь|не спишь)|"
        r"how (?:are|r) (?:you|u|ya)(?: doing| feeling)?(?: today| now| these days)?|"
        r"how(?:'s| is| s) (?:it going|life|everything|your day|things)(?: going)?|how do you do|"
        r"how have you been|how you doing|"
        r"(?:what|whats|what's|wat)(?: is| s)? (?:up|new|good|happening)|wass?up|sup|whats up|"
        r"(?:are )?you (?:there|here|ok|okay|alive|awake|online|still there|busy)|"
        r"where are you|can you hear me|what are you doing|i'm bored|im bored|"
        r"(?:چطوری|چطورید|خوبی|خوبید|خوب هستید|حالت (?:چطوره|خوبه)|حال شما (?:چطور است|چطوره|خوبه)|"
        r"چه خبر|اونجایی|آنجایی|هستی|کجایی)(?: امروز)?",
    ),
    (
        SmallTalk.PRAISE,
        rf"(?:(?:ты|вы|это|было|был) )*{_VERY_RU}(?:{_WELL_RU}|{_SEEN_RU})"
        rf"(?: (?:{_YOU_RU}|сегодня|же|все|всё таки|просто|было))*|(?:{_LAUGH})|{_NAMED_RU}|"
        rf"{_NAMED_EN}|{_WELL_EN}"
        r"(?: (?:bot|samovar|man|mate|bro|buddy|dude|then|now|thanks|a lot))*|"
        r"(?:خیلی |چه |واقعا )*(?:عالی(?: بود| هستی)?|خوبه|خوب بود|باشه|آفرین|جالب(?: بود| است|ه)?|"
        r"فهمیدم|متوجه شدم|اوکی|حله|درسته|درست است|مفید بود|بی ?نظیر(?:ه)?|ایول|به به|بامزه بود)",
    ),
    (
        SmallTalk.APOLOGY,
        r"(?:ой |упс |блин |ну )*(?:(?:извини(?:те)?|прости(?:те)?|сорри|сорян|пардон|"
        r"прошу прощения|"
        r"виноват|виновата|каюсь)(?: меня)?(?: пожалуйста)?(?: за (?:это|беспокойство|грубость|"
        r"опечатку|ошибку))?|(?:это )?(?:моя ошибка|мой косяк)|ошибся|ошиблась|опечатался|"
        r"опечаталась|(?:это )?(?:не тебе|не туда|не сюда|ошибся чатом|ошиблась чатом|случайно)|"
        r"не хотел (?:обидеть|грубить)|не обижайся)|"
        r"(?:oops |oh |ok )*(?:(?:i'm |im |i am |so |very |really )*sorry(?: about that| for that|"
        r" mate| bot| to bother you)?|my (?:bad|mistake|fault|apologies)|apologies|pardon(?: me)?|"
        r"excuse me|oops|whoops|wrong (?:chat|window)|i didn't mean (?:it|that|to))|"
        r"ببخشید|معذرت می ?خواهم|معذرت|عذر می ?خواهم|شرمنده|اشتباه کردم",
    ),
)
_SMALL_TALK: Final = tuple((kind, re.compile(rf"(?:{rule})(?: |$)")) for kind, rule in _RULES)
_FILLER: Final = re.compile(r"(?:ну|вот|ой|ох|эх|ух|а|и|же|так|блин|да|нет|well|oh|ah|and)(?: |$)")
LONGEST_SMALL_TALK: Final = 60
_TELLING: Final = (
    SmallTalk.ABOUT_BOT, SmallTalk.HOW_ARE_YOU, SmallTalk.GOODBYE, SmallTalk.THANKS,
    SmallTalk.GREETING, SmallTalk.APOLOGY, SmallTalk.PRAISE,
)  # fmt: skip
"""Which kind is answered when a message has several."""
_JUST_YES: Final = listed(
    "да ага угу ок окей хорошо ладно давай конечно yes yeah yep yup ok okay sure بله آره باشه"
)
_NO = re.compile(
    r"(?:нет|не|не надо|неа|не нужно|не хочу|не стоит|не интересно|неважно|не важно|забей|"
    r"no|nope|nah|never ?mind|not now|not needed|نه|لازم نیست|نمی ?خواهم)"
    r"(?: (?:спасибо|не надо|не нужно|нет|пожалуйста|thanks|thank you|ممنون|مرسی))*"
)
_NO_LETTERS: Final = re.compile(r"[^\w]+")
_SMILES: Final = re.compile(r"[\s:;=8xX^'-]*[)\]}DdР]+[\s)\]:;]*")
_FROWNS: Final = re.compile(r"[\s:;=8'-]*[(\[]+[\s(]*")
_WAVING: Final = frozenset("👋🤝✋🖐🙋")
_THANKING: Final = frozenset("🙏💐🌹🌷🌸")
_ASKING: Final = frozenset("?؟❓❔")
_SAD: Final = frozenset("👎😡😠🤬😢😭😞😔😟🙁☹😕😒🙄😤💩🤦🤷❌🤔🤨😐😑")


def small_talk(text: str) -> SmallTalk | None:
    """Recognise small talk that fills the whole message; None for anything else.

    Example:
        >>> small_talk("Привет!"), small_talk("Привет, как приготовить щи?")
        (<SmallTalk.GREETING: 'smalltalk-greeting'>, None)
    """
    plain = plain_words(text)
    if not plain or len(plain) > LONGEST_SMALL_TALK:
        return None if plain else _sign(text)
    rest = plain_words(without_greeting(text)) or plain
    for candidate in dict.fromkeys((rest, plain)):
        if kinds := _pieces(candidate):
            return min(kinds, key=_TELLING.index)
    if _NO.fullmatch(plain):
        return SmallTalk.DECLINED
    return SmallTalk.PRAISE if _JUST_YES.issuperset(plain.split()) else None


def _pieces(plain: str) -> list[SmallTalk]:
    """Split a text into phrases of small talk; empty when anything else is in it."""
    kinds: list[SmallTalk] = []
    at = 0
    while at < len(plain):
        found = [(rule.match(plain, at), kind) for kind, rule in _SMALL_TALK]
        ends = [(match.end(), kind) for match, kind in found if match is not None]
        if ends:
            at, kind = max(ends, key=lambda end: end[0])
            kinds.append(kind)
        elif filler := _FILLER.match(plain, at):
            at = filler.end()
        else:
            return []
    return kinds


def _sign(text: str) -> SmallTalk | None:
    """Recognise a message of nothing but emoji, or a smile made of signs."""
    said = text.strip()
    if _FROWNS.fullmatch(said):
        return SmallTalk.DECLINED
    if _SMILES.fullmatch(said):
        return SmallTalk.PRAISE
    pictures = {sign for sign in said if unicodedata.category(sign) == "So"}
    alone = _NO_LETTERS.fullmatch(said) is not None and not _ASKING.intersection(said)
    return _shown(pictures) if pictures and alone else None


def _shown(pictures: set[str]) -> SmallTalk:
    if pictures <= _WAVING:
        return SmallTalk.GREETING
    if pictures & _SAD:
        return SmallTalk.DECLINED
    return SmallTalk.THANKS if pictures & _THANKING else SmallTalk.PRAISE
