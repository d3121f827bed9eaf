"""What checking must know of a word: its lemmas, its root, its part of speech."""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.answering.checking.synonyms import english_groups, russian_groups
from services.answering.morphology import analyzer
from services.answering.wordlists import listed
from services.knowledge.ports import Lemmatizer

_CYRILLIC: Final = re.compile(r"^[а-я]+$")
_RU_PREFIX: Final = re.compile(
    r"^(?:пере|при|про|раз|рас|под|обо|вы|по|со|об|за|на|от|до|из|ис|у|с|в)(?=[а-я]{5})"
)
_IRREGULAR: Final = {
    form: base
    for base, forms in {
        "begin": "began begun", "build": "built", "buy": "bought", "sell": "sold",
        "win": "won winner",
        "lose": "lost loser loss", "beat": "beaten", "keep": "kept", "take": "took taken",
        "make": "made", "give": "gave given", "find": "found", "write": "wrote written",
        "rise": "rose risen", "fall": "fell fallen", "grow": "grew grown growth", "lead": "led",
        "leave": "left", "sing": "sung sang", "drive": "drove driven", "hold": "held",
        "see": "saw seen", "run": "ran", "go": "went gone", "come": "came", "pay": "paid",
        "sew": "sewn", "know": "knew known", "sit": "sat", "stand": "stood", "say": "said",
        "tell": "told", "send": "sent", "spend": "spent", "speak": "spoke spoken",
        "eat": "ate eaten",
        "fly": "flew flown flight", "draw": "drew drawn", "teach": "taught", "catch": "caught",
        "bring": "brought", "think": "thought", "meet": "met", "choose": "chose chosen",
        "child": "children", "man": "men", "woman": "women", "foot": "feet", "mouse": "mice",
        "half": "halves", "life": "lives", "die": "died death", "shoot": "shot shooting",
        "break": "broke broken", "wear": "wore worn", "become": "became", "get": "got gotten",
    }.items()
    for form in forms.split()
}  # fmt: skip
LIGHT: Final = listed(
    "являться составлять составить состояться проходить пройти иметь иметься находиться быть "
    "бывать "
    "проводиться провести осуществляться происходить произойти следует следовать значить работать "
    "идти получить получать "
    "hold be have take happen occur do make get go come expect last run"
)
"""Verbs that say little: they are not counted as content."""
_SYNONYMS: Final = {
    root: group.split()[0]
    for group in (
        "begin start comme open",
        "boat vesse ship",
        "imag pictu photo",
        "phone telep",
        "doctor docto physi",
        "hurt injur wound",
        "eat feed",
        "forei overs",
        "citiz natio",
        "bigge large",
        "repai mend",
        "buyer custo clien",
        "home hous",
        "teach instr tutor",
        "trip journ voyag tour",
        "answe repli respo",
        "ask reque",
        "show displ",
        "delet remov erase",
        "store keep save",
        "fast quick rapid",
        "choos selec pick",
        "annua yearl",
        "lawye attor",
        "car autom",
        "ill sick",
        "forbi prohi ban",
        "happe occur",
        "finis end compl",
        "purch buy",
        "large big",
        "film movie",
        "permi allow let admit",
        "child kid",
        "requi need",
        "near close",
        "earn make",
        "inhab live",
        "direc conduc",
        "spent cost",
        "price cost fee",
        "lead head chief run",
        "начат начин старт",
        "лекар препа медик",
        "турни сорев чемпи",
        "судно кораб",
        "фото фотог снимо",
        "работ труди",
        "сотру персо",
        "помощ содей",
        "двига мотор",
        "удали стере",
        "показ демон",
        "выбра отобр",
        "полез целеб",
        "спект поста",
        "комна помещ",
        "подар презе",
        "билет абоне",
        "адвок юрист",
        "болез забол недуг",
        "больн пацие",
        "дом здани",
        "дорог трасс шоссе",
        "ущерб убыто",
        "закон завер оконч",
        "изгот сдела",
        "верну возвр",
        "больш крупн",
        "испол приме",
        "основ создат учред",
        "нужн требо необх нужда",
        "машин автом",
        "ребен дети детск",
        "челов люди",
        "обыгр побед выигр",
        "стоит стоим цена цене",
        "руков возгл глава главе",
        "плати опла платя",
        "сдела постр",
        "увели возра вырас рост повы",
        "умень сниж сокр",
        "дать дават выдат выдав",
        "сажат высаж посад",
        "постр строи возве",
        "умере смерт",
        "ответ отвеч",
        "объяв сообщ",
        "шофер водит",
        "врач докто",
        "жить житель прожи",
        "запре нельз",
        "разре можно",
        "грузо фура",
        "награ приз",
        "весен весна",
        "зимни зима",
        "летни лето",
        "осенн осень",
        "кошка кот котен",
    )
    for root in group.split()
}
"""Roots that say the same; the first of a group stands for all."""
_CONVERSE: Final = tuple(
    (frozenset(a.split()), frozenset(b.split()))
    for a, b in (
        ("обыгр опере выигр обогн beat win defea", "проиг играть отста уступ lose"),
        ("купит покуп купля buy purch", "прода sell sold"),
        ("давать отдат переда give", "получ брать receiv recei"),
    )
)
_NOUNS: Final = frozenset({"NOUN", "ADJF"})
_VERBS: Final = frozenset({"VERB", "INFN", "PRTS", "GRND", "PRED", "ADJS"})
_ROOT: Final = 5
_SHORTEST_ROOT: Final = 4


@dataclass(frozen=True, slots=True)
class Form:
    """A word as the dictionaries see it.

    Attributes:
        keys: Its lemmas, all that it may have.
        roots: Beginnings that words of one family share ("построить", "постройка").
        cases: Russian cases it may stand in, when it declines.
        tags: Parts of speech of Russian words; empty for others.
        meanings: Groups of words that it may stand for in a retelling: enough to be covered by
            one of them, too little to contradict it.
    """

    keys: frozenset[str]
    roots: frozenset[str]
    cases: frozenset[str]
    tags: frozenset[str]
    meanings: frozenset[str] = frozenset()

    @property
    def wide(self) -> frozenset[str]:
        """Its roots, and its meanings."""
        return self.roots | self.meanings

    @property
    def is_verb(self) -> bool:
        """Tell whether it says what happens."""
        return bool(self.tags & _VERBS)

    @property
    def is_noun(self) -> bool:
        """Tell whether it names or describes a thing."""
        return bool(self.tags & _NOUNS) and not self.tags & {"VERB", "INFN"}


@lru_cache(maxsize=50_000)
def russian(low: str) -> Form:
    """Look a Russian word up."""
    found = analyzer().parse(low)[:4]
    keys = {str(p.normal_form).replace("ё", "е") for p in found}
    best = found[0]
    cases = {str(p.tag.case) for p in found if p.tag.case}
    tags = {str(best.tag.POS)} if best.tag.POS else set()
    keys_and_stem = frozenset(keys | {_stem(low)})
    meanings = russian_groups(keys | {low})
    return Form(keys_and_stem, _roots(keys), frozenset(cases), frozenset(tags), meanings)


def other(low: str, lemmatizer: Lemmatizer) -> Form:
    """Look up a word of a language without a dictionary here."""
    base = _IRREGULAR.get(low, low)
    return _form(frozenset(_lemma(form, lemmatizer) for form in {base, low}))


@lru_cache(maxsize=50_000)
def _form(keys: frozenset[str]) -> Form:
    meanings = english_groups(keys)
    return Form(keys, _roots(keys), frozenset(), frozenset(), meanings)


def _lemma(low: str, lemmatizer: Lemmatizer) -> str:
    lemmas = lemmatizer.lemmas(low)
    return lemmas[0] if lemmas else low


def converse(one: Form, other: Form) -> bool:
    """Tell whether two words say one thing from two sides, as to buy and to sell do."""
    return any(
        bool(one.roots & a and other.roots & b) or bool(one.roots & b and other.roots & a)
        for a, b in _CONVERSE
    )


def is_irregular(low: str) -> bool:
    """Tell whether an English word is a past form that a stemmer does not know."""
    return low in _IRREGULAR


def is_russian(low: str) -> bool:
    """Tell whether the Russian dictionary is the one to ask."""
    return _CYRILLIC.match(low) is not None


_ENDING: Final = re.compile(
    r"(?:ого|ому|ыми|ими|ами|ями|ой|ою|ым|им|ом|ем|ей|ая|ую|ый|ий|а|у|е|ы|и|ю|я|ь|й)$"
)


def _stem(low: str) -> str:
    stem = _ENDING.sub("", low)
    return stem if len(stem) >= _SHORTEST_ROOT else low


def _roots(keys: Set[str]) -> frozenset[str]:
    roots: set[str] = set()
    for key in keys:
        bare = _RU_PREFIX.sub("", key) if _CYRILLIC.match(key) else key
        for one in {key, bare}:
            root = one[:_ROOT] if len(one) > _ROOT else one
            roots |= {root} | ({_SYNONYMS[root]} if root in _SYNONYMS else set())
    return frozenset(roots)
