"""Words that the rules of memory know: food and its kinds, places, callings, topics."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, Final

import pymorphy3

from services.memory.models import Topic


def listed(words: str) -> frozenset[str]:
    """Give the words of a line."""
    return frozenset(words.split())


NUMBERS: Final = (
    "один|одна|одно|два|две|двое|три|трое|четыре|четверо|пять|пятеро|шесть|шестеро|семеро|много|"
    "a|an|one|two|three|four|five|six|several|many|no"
)
PROFESSIONS_RU: Final = (
    r"(?:врач|программист\w*|разработчи\w+|учител\w+|студент\w*|инженер\w*|бухгалтер\w*|юрист\w*|"
    r"дизайнер\w*|повар\w*|журналист\w*|водител\w+|менеджер\w*|пенсионер\w*|школьни\w+|медсестра|"
    r"переводчи\w+|архитектор\w*|психолог\w*|музыкант\w*|преподавател\w+|строител\w+|фотограф\w*|"
    r"аналитик\w*|тестировщи\w+|ветеринар\w*|парикмахер\w*|домохозяйка|фрилансер\w*|уч[её]н\w+)"
)
PROFESSIONS_EN: Final = (
    "doctor|nurse|programmer|developer|teacher|student|engineer|accountant|lawyer|designer|cook|"
    "chef|"
    "journalist|driver|manager|pensioner|translator|architect|psychologist|musician|scientist|"
    "photographer|analyst|writer|electrician|plumber|freelancer"
)
_NO_PLACES: Final = listed(
    "мечта страх дом квартира общага общежитие центр мир лес город деревня село район съёмный этот "
    "свой наш тот один пригород ожидание the a an my this fear hope peace dreams house flat"
)
_TIME_OR_MANNER: Final = listed(
    "понедельник вторник среда четверг пятница суббота воскресенье утро день вечер ночь неделя "
    "износ пот поте два три один весь всё она он они выходной будни праздник смена режим "
    "удовольствие дом январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь "
    "декабрь лето зима осень весна ночью днём утром вечером"
)
_NO_LONGER: Final = listed("gone broken missing lost closed dead over sold not here there ruined")
_GROUPS: Final = {
    "мясо": "мясо говядина свинина баранина телятина курица индейка утка фарш ветчина колбаса "
    "сосиска бекон сало котлета печень meat beef pork lamb veal chicken turkey duck ham sausage "
    "bacon mince liver",
    "рыба": "рыба лосось сёмга треска селёдка сельдь тунец форель скумбрия щука fish salmon cod "
    "herring tuna trout",
    "морепродукт": "морепродукт креветка мидия кальмар краб устрица seafood shrimp prawn mussel "
    "squid "
    "crab oyster",
    "молоко": "молоко сметана творог сливки сыр кефир йогурт сгущёнка ряженка milk cream cheese "
    "kefir "
    "yogurt curd dairy",
    "яйцо": "яйцо яичный желток белок egg yolk",
    "орех": "орех миндаль фундук арахис кешью фисташка nut almond hazelnut peanut cashew walnut "
    "pistachio",
    "глютен": "глютен мука пшеница хлеб манка булгур макароны gluten flour wheat bread pasta "
    "semolina",
    "мёд": "мёд honey",
    "цитрус": "цитрус апельсин лимон мандарин грейпфрут citrus orange lemon tangerine grapefruit",
    "алкоголь": "алкоголь вино пиво водка коньяк спиртное alcohol wine beer vodka",
}  # fmt: skip
_NAMED: Final = {
    "мясной": "мясо", "meat": "мясо", "fish": "рыба", "рыбный": "рыба", "dairy": "молоко",
    "milk": "молоко", "лактоза": "молоко", "lactose": "молоко", "молочный": "молоко",
    "молочка": "молоко", "nut": "орех", "ореховый": "орех", "gluten": "глютен", "egg": "яйцо",
    "seafood": "морепродукт", "citrus": "цитрус", "alcohol": "алкоголь", "honey": "мёд",
    "спиртное": "алкоголь", "shellfish": "морепродукт",
}  # fmt: skip
_DIETS: Final = (
    (
        re.compile(r"веган|vegan|сыроед", re.I),
        ("мясо", "рыба", "морепродукт", "молоко", "яйцо", "мёд"),
    ),
    (re.compile(r"пескетариан|pescatarian", re.I), ("мясо",)),
    (re.compile(r"вегетариан|vegetarian", re.I), ("мясо", "рыба", "морепродукт")),
    (re.compile(r"\bпост\b", re.I), ("мясо", "рыба", "молоко", "яйцо")),
)  # fmt: skip
_OTHER_FOOD: Final = (
    "лук чеснок капуста картошка картофель помидор огурец морковь свёкла гриб соя сахар соль перец "
    "кофе чай шоколад рис гречка овощ фрукт клубника яблоко банан кинза укроп сладкое мучное "
    "острое "
    "жирное жареное масло специя onion garlic cabbage potato tomato cucumber carrot beet "
    "mushroom soy "
    "sugar salt pepper coffee tea chocolate rice vegetable fruit strawberry apple banana butter "
    "spicy"
)
_ABOUT_FOOD: Final = (
    "готовить приготовить сварить варить испечь печь запечь пожарить жарить рецепт блюдо еда "
    "поесть "
    "съесть есть перекус завтрак обед ужин меню суп салат пирог торт десерт выпечка каша закуска "
    "начинка соус щи борщ солянка уха окрошка пельмени вареник блин сырник оливье винегрет плов "
    "шарлотка омлет кисель компот пирожок печенье котлета кафе ресторан кухня вкусный ингредиент "
    "питание накормить угостить "
    "cook bake fry boil recipe dish food eat snack breakfast lunch dinner supper menu soup salad "
    "pie "
    "cake dessert porridge sauce filling ingredient meal restaurant cafe pancake cookie borscht "
    "omelette"
)
_ABOUT: Final = {
    Topic.HOME: "город погода доехать добраться рядом поблизости район прогулка погулять сходить "
    "магазин аптека доставка часовой пояс переезд живу weather nearby neighbourhood city around "
    "delivery timezone walk shop pharmacy commute local",
    Topic.CHILDREN: "ребёнок дети детский сын дочь школа садик игрушка сказка семья семейный "
        "каникулы "
    "child kid children son daughter school toy family toddler kindergarten",
    Topic.PET: "питомец животное корм ветеринар прививка лапа шерсть дрессировка кличка выгул "
        "лоток "
    "pet vet leash paw fur breed kennel litter",
    Topic.JOB: "работа профессия карьера резюме зарплата коллега начальник собеседование отпуск "
        "офис "
    "job work career resume salary colleague boss interview office profession",
    Topic.STUDY: "учёба университет экзамен сессия курс диплом стипендия лекция study exam "
        "university "
    "course diploma lecture thesis",
    Topic.SPOUSE: "жена муж супруг супруга свадьба годовщина семья wife husband spouse wedding "
    "anniversary partner family",
    Topic.BIRTHDAY: "рождение праздник гороскоп подарок отмечать birthday celebrate horoscope "
        "zodiac",
    Topic.AGE: "возраст пенсия лет age old retirement",
    Topic.NAME: "имя звать обращаться name",
}  # fmt: skip
_PETS: Final = {
    "кот": "кот кошка котёнок", "кош": "кот кошка котёнок", "соб": "собака пёс щенок",
    "пес": "собака пёс щенок", "щен": "собака пёс щенок", "поп": "попугай", "хом": "хомяк",
    "кро": "кролик", "dog": "dog puppy", "pup": "dog puppy", "cat": "cat kitten",
    "kit": "cat kitten", "par": "parrot", "ham": "hamster", "rab": "rabbit",
}  # fmt: skip


@cache
def _analyzer() -> Any:  # noqa: ANN401 - pymorphy3 has no types
    return pymorphy3.MorphAnalyzer(lang="ru")


def _parses(word: str) -> Any:  # noqa: ANN401 - pymorphy3 has no types
    """Analyse a word; pymorphy3 fails on letters beyond the basic plane that have no name."""
    return _analyzer().parse(re.sub("[^\x00-\uffff]", "?", word))


@lru_cache(maxsize=4096)
def base_form(word: str) -> str:
    """Give the dictionary form of a Russian word; an English plural loses its s."""
    folded = word.lower()
    if folded.isascii():
        return folded[:-1] if folded.endswith("s") and not folded.endswith("ss") else folded
    return str(_parses(folded)[0].normal_form)


def is_place(word: str) -> bool:
    """Tell whether someone can live in what the word names: a name of a place."""
    if base_form(word) in _NO_PLACES or word.lower() in _NO_PLACES:
        return False
    if word[:1].isupper():
        return True
    return not word.isascii() and any("Geox" in p.tag for p in _parses(word.lower()))


def is_someone(word: str) -> bool:
    """Tell whether a word names a person in the nominative: "врач", not "врачу" or "врачебный"."""
    return any({"NOUN", "nomn"} in p.tag for p in _parses(word.lower()))


def is_time_or_manner(word: str) -> bool:
    """Tell whether somebody who works "в ..." or "..." says when or how by it, not as what."""
    return base_form(word) in _TIME_OR_MANNER or word.lower() in _TIME_OR_MANNER


def says_an_action(words: str) -> bool:
    """Tell whether words say what somebody does, or that something is no more."""
    return any(
        word in _NO_LONGER or _parses(word)[0].tag.POS == "VERB" for word in words.lower().split()
    )


def is_food(word: str) -> bool:
    """Tell whether the word names something to eat or drink."""
    base = base_form(word)
    return base in _foods() or base in _NAMED


def avoided_foods(topic: Topic | None, text: str) -> frozenset[str]:
    """Give the foods that a remembered diet or allergy leaves out, in their dictionary form.

    Example:
        >>> sorted(avoided_foods(Topic.ALLERGY, "У меня аллергия на мёд"))
        ['honey', 'мёд']
    """
    if topic not in {Topic.DIET, Topic.ALLERGY}:
        return frozenset()
    groups = {name for pattern, names in _DIETS if pattern.search(text) for name in names}
    bases = {base_form(word) for word in re.findall(r"[^\W\d_]+", text)}
    groups |= {_NAMED.get(base, base) for base in bases} & _GROUPS.keys()
    single = bases & _foods()
    return frozenset(single.union(*(_GROUPS[name].split() for name in groups)))


@cache
def topic_words(topic: Topic) -> frozenset[str]:
    """Give the words that show that a question is about a topic."""
    if topic in {Topic.DIET, Topic.ALLERGY}:
        return frozenset(_ABOUT_FOOD.split()) | _foods()
    return frozenset(_ABOUT.get(topic, "").split())


def pet_words(slot: str) -> frozenset[str]:
    """Give the names of the animal that a slot is about, with its young and its other sex."""
    return frozenset(_PETS.get(slot.partition(":")[2][:3], "").split())


@cache
def _foods() -> frozenset[str]:
    known: Iterable[str] = (word for group in _GROUPS.values() for word in group.split())
    return frozenset(known) | frozenset(_OTHER_FOOD.split())
