"""Function words of Russian, English and Persian, as they stand after normalisation (ё as е).

A word is left out of the index when its form or its lemma is here, so only the common forms
that lemmatising does not bring together have to be listed.
"""

from typing import Final

_RUSSIAN: Final = """
а без более больше бы быть в вам вас ваш весь во вот все всего всегда вы где да даже для до его
едва ее если есть еще ж же за здесь и из или им иметь их к как какой когда который кто куда ли
либо между меня мне много может можно мой мы на над надо наш не него нее нельзя нет нечто ни них
но ну о об однако он она они оно от очень ото по под пока после потом потому почему почти при про
раз разве с сам самый свой себя сколько со так также такой там те тем теперь то тогда того тоже
только том тот тут ты у уж уже хотя чего чей чем что чтобы чуть эта это этот являться я
зачем откуда насколько чья чье поскольку ведь именно лишь просто мочь стать
"""

_ENGLISH: Final = """
a about above after again all am an and any are as at be because been before being below between
both but by can could did do does doing down during each few for from further had has have having
he her here hers him his how i if in into is it its itself just me more most my no nor not now of
off on once only or other our ours out over own s same she should so some such t than that the
their theirs them then there these they this those through to too under until up very was we were
what when where which while who whom why will with would you your yours
"""

_PERSIAN: Final = """
و در به از که این ان را با است برای بود شد شده هم یک تا بر یا اما اگر نیز هر چه چی چرا چگونه چطور
کجا کی کدام ایا می نمی شود میشود شوند کرد کرده کنند کند کنید میکند میکنند دارد دارند داره هست هستند
نیست بودند باشد باشند خود ما من تو او شما انها ایشان ولی پس بین روی زیر مثل همین همان چند چون
دیگر دیگه رو اون یه هایی های ها تر ترین میشه میکنه شده‌است بعد قبل پیش وقتی باید خواهد چیست کیست
"""


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word.replace("\u200c", "") for text in lists for word in text.split())


STOP_WORDS: Final = _words(_RUSSIAN, _ENGLISH, _PERSIAN)
