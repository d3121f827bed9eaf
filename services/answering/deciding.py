"""Sources, the internet, small talk, the dialogue itself, or what is known of the person?"""

import re
from dataclasses import dataclass
from typing import Final

from services.answering.commands import CommandKind, plain_words, recognise
from services.answering.models import Decision, Question
from services.answering.openings import without_greeting, without_interjection
from services.answering.ports import Decided
from services.answering.rewriting import accepts_offer
from services.answering.small_talk import small_talk
from services.answering.web_wish import web_wish
from services.dialogue.models import DialogueState

_SPOKE_RU = r"(?:говорили|разговаривали|беседовали|общались|обсуждали|болтали|закончили)"
_WHEN_RU = (
    r"(?:до этого|перед этим|раньше|прежде|вчера|сегодня|только что|сейчас|уже|сначала|вначале|"
    r"последним|последний раз|в последний раз|в начале|в самом начале|в прошлый раз|тут|здесь|"
    r"с тобой|вообще|у тебя|тебя|у вас|вас|мне|тебе|минуту назад|выше|там|опять)"
)
_REMIND_RU = (
    r"(?:(?:а|ну|напомни(?:те)?|повтори(?:те)?|скажи|покажи(?:те)?|перечисли(?:те)?|выведи|"
    r"ты помнишь|помнишь|не помню|я забыла?|забыла?|мне|еще раз|давай|можешь|пожалуйста) )*"
)
_ASKED_RU = (
    r"(?:спрашивала?|спросила?|задала?|задавала?|писала?|написала?|говорила?|сказала?|"
    r"интересовался|интересовалась|узнавала?|хотела? узнать)"
)
_LAST_RU = (
    r"(?:последн|прошл|предыдущ|перв|прежн|ранн|недавн)(?:ий|ый|ие|ые|его|ого|ее|ем|ом|их|ых|юю|ую|"
    r"яя|ая|ей|ой)"
)
_LAST_EN = r"(?:very |most )?(?:last|latest|previous|first|earlier|prior|recent|old)"
_WHEN_EN = (
    r"(?: (?:before|earlier|so far|just now|just|now|first|at first|at the (?:start|beginning)|"
    r"today|yesterday|last time|previously|here|again|to me|me|you|above|a (?:minute|moment) ago))*"
)
_OWN_RU = r"(?:мо[йияюе]|тво[йяюе]|наш[аеу]?)(?: сам[ыа][йя])?"
_DIALOGUE_RU = (
    rf"(?:о чем|про что|что|чего|на чем|чем|с чего|где) (?:у нас |{_WHEN_RU} )*мы (?:{_WHEN_RU} )*"
    rf"(?:{_SPOKE_RU}|остановились|начали|начинали|начинали разговор|начали разговор)"
    rf"(?: {_WHEN_RU})*|"
    rf"(?:что|о чем|про что|чем|"
    rf"чего) (?:{_WHEN_RU} )*я (?:{_WHEN_RU} )*{_ASKED_RU}(?: {_WHEN_RU})*|"
    rf"(?:что|о чем|про что) (?:{_WHEN_RU} )*(?:ты|вы) (?:{_WHEN_RU} )*(?:сказал|сказала|сказали|"
    rf"ответил|ответила|ответили|написал|написала|написали|говорил|говорила|отвечал|писал)"
    rf"(?: {_WHEN_RU})*|"
    rf"как(?:ой|ие|ов|им|ая|ую|ое) (?:был[аио]? |у меня |был у меня |были у меня )*"
    rf"(?:{_OWN_RU} (?:{_LAST_RU} )?|(?:сам[ыа][йя] )?{_LAST_RU} (?:{_OWN_RU} )?)"
    rf"(?:вопросы?|запросы?|ответ|тема(?: разговора| беседы)?)"
    rf"(?: был[аио]?)?(?: {_WHEN_RU})*|"
    rf"как(?:ой|ие) (?:{_WHEN_RU} )*(?:вопросы?|запросы?) (?:{_WHEN_RU} )*я (?:{_WHEN_RU} )*"
    rf"{_ASKED_RU}(?: {_WHEN_RU})*|"
    r"(?:о чем|про что) (?:(?:вообще|тут|у нас|сейчас) )*(?:шла |шел |идет |была )?"
    r"(?:речь|разговор|беседа)(?: шла| шел| идет| была)?|"
    r"(?:подведи |сделай |дай )?(?:итог|итоги|резюме|краткое содержание|краткий пересказ|выжимку)"
    r" (?:(?:нашего|нашей|этого|этой|всего|всей) )*(?:разговора|беседы|диалога|переписки|чата)|"
    r"(?:перескажи|суммируй|резюмируй) (?:кратко |вкратце )?(?:(?:наш|нашу|этот|весь|всю) )*"
    r"(?:разговор|беседу|диалог|переписку)"
)
_TELL_AGAIN_RU = (
    r"(?:напомни(?:те)?|повтори(?:те)?|покажи(?:те)?|перечисли(?:те)?|выведи)(?: мне)?(?: еще раз)?"
    rf"(?: (?:все|весь|всю|мо[йияюе]|тво[йяюе]|сво[йяюе]|{_LAST_RU}|список|историю))*"
    r" (?:вопрос(?:ы|ов)?|запрос(?:ы|ов)?|ответ)(?: пожалуйста)?"
)
_DIALOGUE_EN = (
    r"what (?:did|have|had|was|were) (?:i|we) (?:been |just |been just )*(?:ask(?:ed|ing)?|say|"
    r"said|saying|talk(?:ed|ing)?|discuss(?:ed|ing)?|speak(?:ing)?|spoken|chat(?:ted|ting)?|cover"
    rf"(?:ed)?|write|written|typed?|on about)(?: you)?(?: about)?{_WHEN_EN}|"
    rf"what (?:i|we) (?:just |have |had |were |already )*(?:asked|said|discussed|talked|"
    rf"talking|wrote|typed)(?: you)?(?: about)?{_WHEN_EN}|"
    r"what (?:did|have|were) you (?:just )*(?:say|said|saying|tell|told|answer|answered|reply|"
    rf"write|written|mention|mentioned|telling me){_WHEN_EN}|"
    rf"what (?:was|were|is|are) (?:my|your|our) (?:{_LAST_EN} )?(?:\d )?"
    rf"(?:questions?|answers?|repl(?:y|ies)|messages?|topic|conversation about){_WHEN_EN}|"
    r"what (?:was|is) the (?:last |previous |first )?question (?:that )?i (?:just )?asked"
    rf"(?: you)?{_WHEN_EN}|which questions (?:did|"
    rf"have) i (?:already )?ask(?:ed)?(?: you)?{_WHEN_EN}|"
    rf"what questions (?:did|have) i (?:already )?ask(?:ed)?(?: you)?{_WHEN_EN}|"
    rf"where (?:did we (?:leave off|stop|start|begin)|were we){_WHEN_EN}|"
    r"what is this (?:conversation|chat) about|"
    r"(?:(?:give|write|make)(?: me)? )?(?:a )?(?:summary|recap) of (?:our|this|the) "
    r"(?:conversation|chat|discussion|dialogue)(?: so far)?|"
    r"(?:summari[sz]e|recap|sum up) (?:our|this|the|the whole) (?:conversation|chat|discussion|"
    r"dialogue)(?: so far)?|"
    rf"(?:repeat|list|show|tell|read)(?: me)?(?: back)? (?:all )?my (?:{_LAST_EN} )?"
    r"(?:questions?|messages?)(?: again)?|repeat (?:your|the) (?:last|previous) answer|"
    r"say (?:that|it) again|come again"
)
_DIALOGUE_FA = (
    r"(?:من )?(?:قبلا |قبل از این |پیش از این |الان |اول )*(?:چی|چه)(?: چیزی| سوالی)? "
    r"(?:ازت |از تو |از شما )?پرسیدم|"
    r"(?:درباره|راجع به|در مورد) (?:چی|چه|چه چیزی) (?:صحبت|حرف|بحث) (?:می ?کردیم|کردیم|می ?زدیم|"
    r"زدیم)|(?:آخرین|اولین) (?:سوال|پرسش) ?(?:من|م) (?:چی|چه) بود|"
    r"(?:سوال|پرسش) (?:قبلی|آخر|اول|پیشین) ?(?:من|ام|م)? (?:چی|چه) بود|"
    r"(?:الان |همین الان |قبلا )*(?:تو |شما )?(?:چی|چه) (?:گفتی|گفتید|جواب دادی)|"
    r"(?:سوال|پرسش)(?: ?ها| ?های)?(?: قبلی| آخر)? ?(?:من|م)(?: را| رو)? (?:تکرار کن|نشان بده|"
    r"بگو)|(?:گفتگو|صحبت)(?:مان|مون)? (?:را|رو) خلاصه کن|کجا بودیم"
)
LONGEST_RECALL: Final = 80
_ABOUT_DIALOGUE = re.compile(
    rf"{_REMIND_RU}(?:{_DIALOGUE_RU})(?: пожалуйста)?|{_TELL_AGAIN_RU}|"
    r"(?:(?:can|could|would|please|you|do|remind|tell|me|remember|i forgot|wait|so|and) )*"
    rf"(?:{_DIALOGUE_EN})(?: please)?|{_DIALOGUE_FA}"
)
_ABOUT_PERSON = re.compile(
    r"(?:(?:а|ну|напомни|скажи|мне|ты|помнишь|знаешь) )*(?:как меня зовут|как мое имя|мое имя|"
    r"сколько мне лет|где я (?:живу|работаю)|"
    r"когда у меня день рождения|на что у меня аллергия|чего я не (?:ем|люблю)|"
    r"что я (?:люблю|не люблю|не ем)|как зовут мо(?:его|ю|их) [\w ]{2,20}|"
    r"(?:ты )?(?:помнишь|знаешь) (?:как меня зовут|кто я|мое имя|где я живу)|какое у меня имя|"
    r"кем я работаю|(?:ты )?(?:помнишь|знаешь) ли ты (?:меня|мое имя|кто я|где я живу)|"
    r"что я (?:тебе |вам )?(?:о себе|про себя) (?:тебе |вам )?(?:рассказывала?|говорила?|"
    r"рассказала?|сказала?))(?: (?:помнишь|напомни|знаешь))?|"
    r"(?:(?:so|and|can you|do you|tell me|remind me|remember|know) )*(?:"
    r"what(?:'s| is| s) my (?:name|age|job|birthday|address|city|allergy)|what my name is|"
    r"who am i|how old am i|where do i (?:live|work)|"
    r"when is my birthday|what am i allergic to|what do i (?:like|dislike|hate|not eat)|"
    r"do you (?:remember|know) (?:my name|who i am|where i live)|"
    r"what (?:have|did) i (?:told|tell|said|say)(?: to)?(?: you)? about (?:myself|me)|"
    r"what(?:'s| is| s) my (?:dog|cat|wife|husband|son|daughter|mother|father|boss)(?:'s|s)? name)"
    r"(?: (?:do you (?:remember|know)|again|remember))?|"
    r"(?:اسم|نام) من (?:چیست|چیه|چی بود)|من (?:چند سالمه|کجا زندگی می ?کنم|به چی حساسیت دارم)"
)


@dataclass(frozen=True, slots=True)
class RuleDecider:
    """Decides by the wording of the message and by what the bot said last."""

    async def decide(self, question: Question, state: DialogueState) -> Decided:
        """See ``Decider``."""
        if accepts_offer(question.text, state):
            return Decided(Decision.SOURCES)
        if about_person(question.text):
            return Decided(Decision.MEMORY)
        if about_dialogue(question.text):
            earlier = [turn.question for turn in state.turns if turn.decision == Decision.SOURCES]
            return Decided(Decision.DIALOGUE, "\n".join(earlier))
        kind = small_talk(question.text)
        if kind is not None:
            return Decided(Decision.SMALL_TALK, kind.value)
        return Decided(Decision.SOURCES if web_wish(question.text) is None else Decision.WEB)


def about_dialogue(text: str) -> bool:
    """Tell whether the person asks what was said before."""
    said = _said(text)
    return len(said) <= LONGEST_RECALL and _ABOUT_DIALOGUE.fullmatch(said) is not None


def about_person(text: str) -> bool:
    """Tell whether it is asked what the bot remembers of the person.

    Example:
        >>> about_person("Что ты обо мне помнишь?"), about_person("Что ты помнишь о Пушкине?")
        (True, False)
    """
    command = recognise(text)
    if command is not None:
        return command.kind is CommandKind.SHOW_MEMORY
    return _ABOUT_PERSON.fullmatch(_said(text)) is not None


def _said(text: str) -> str:
    return plain_words(without_interjection(without_greeting(text)))
