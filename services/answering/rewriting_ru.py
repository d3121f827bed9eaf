"""Russian follow-ups: ellipsis, pronouns, "а без X?", replaced places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from services.answering.antecedents import resolved
from services.answering.morphology import Kind, Word, inflected, words
from services.answering.phrases import (
    Phrase,
    about,
    bare,
    phrases,
    topic,
)
from services.answering.wordlists import listed
from services.dialogue.models import Turn

_LEAD = re.compile(
    r"^(?:ну\s+)?(?:(?:а|и|но|да и|или)\s+)(?:(?:вот|что насч[её]т|как насч[её]т|насч[её]т|"
    r"как же|что же|ещ[её]|тогда|скажи|если|что если|если вдруг)\s+(?!нет\b|у меня\b))?|"
    r"^(?:(?:что|как) насч[её]т|насч[её]т|если)\s+(?!нет\b|у меня\b)",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"^(?:нет,?\s+)?(?:я\s+)?(?:имел[аи]? в виду|про|спрашивал[аи]? про|о)\s+(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_LACKING = re.compile(
    r"^(?:(?:а|но|и|ну)\s+)?(?:(?:что\s+)?если\s+|когда\s+)?"
    r"(?:(?:у меня|дома|у нас|мне)\s+)*"
    r"(?:нет(?:у)?|не осталось|не хватает|закончил(?:ся|ась|ись|ось)|кончил(?:ся|ась|ись|ось)|"
    r"не (?:люблю|ем|хочу|нужн[аоы]?|пью)|(?:у меня )?аллергия на|нельзя)\s+"
    r"(?P<rest>[^?.!]+)[?.!]*$",
    re.IGNORECASE,
)
_PARALLEL_QUESTION: Final = listed("когда сколько зачем почему где куда чем можно нужно надо ли")
# "Можно" adds nothing to "без мяса" or "в духовке".
_POSSIBLE = re.compile(
    r"можно(?: ли)? (?P<after>(?:без|в|во|на|с|со|из|для)\s+\S+(?:\s+\S+)?)|"
    r"(?P<before>(?:без|в|во|на|с|со|из|для)\s+\S+(?:\s+\S+)?) можно(?: ли)?",
    re.IGNORECASE,
)
_CHOOSING = re.compile(
    r"(?:так |и |а )?(?:что|какой|какая|какое|какие|кто|где|когда|у кого|в чем|чем|разниц\w+)\b"
)
_BETTER = re.compile(
    r"\b(?:лучше|хуже|разниц\w*|отлич\w*|больше|меньше|дольше|раньше|позже|дешевле|проще|легче|"
    r"дороже|крепче|слаще|короче|\w{3,}ее)\b"
)
_FROM_THEM = re.compile(r"\bиз (?:них|этих двух|этих|двух)\b ?", re.IGNORECASE)
_WHAT_IS = re.compile(r"^(?:что|кто) так\w+ ", re.IGNORECASE)
SHORT_WORDS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A question as far as it is understood.

    Attributes:
        led: It began with "а", "и" or the like, which is cut off in ``text``.
        conditional: It began with "если", which is cut off as well.
    """

    text: str
    words: tuple[Word, ...]
    phrases: tuple[Phrase, ...]
    led: bool = False
    conditional: bool = False

    @classmethod
    def of(cls, text: str, *, led: bool = False, conditional: bool = False) -> "_Question":
        found = words(text)
        return cls(
            text=text,
            words=tuple(found),
            phrases=tuple(phrases(found)),
            led=led,
            conditional=conditional,
        )

    def has(self, *kinds: Kind) -> bool:
        return any(word.kind in kinds for word in self.words)

    @property
    def core(self) -> list[Phrase]:
        """Phrases without a preposition that name a topic of their own."""
        return [p for p in bare(self.phrases) if p.head.proper or not (p.relational or p.asked)]


class RussianRules:
    """Rules over parts of speech; each handles one way to leave something out."""

    def standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        """Give the question with what it leaves out; itself when it is complete."""
        before = _Question.of(_unquestioned(turns[-1].query))
        lacking = _LACKING.match(question)
        if lacking:
            return _asked(_without(before, lacking["rest"]))
        follow_up = _follow_up(question)
        if _compares(follow_up):
            return _asked(_both_topics(follow_up, turns))
        with_names = resolved(follow_up.text, turns)
        if with_names != follow_up.text:
            return with_names
        return _completed(follow_up, before, question)

    @staticmethod
    def first_nouns(text: str) -> list[str]:
        """Give the nouns of the first noun phrase and of those joined to it by "и" or "или"."""
        found = phrases(words(text))
        if not found:
            return []
        nouns = [found[0].head.text]
        for previous, phrase in pairwise(found):
            if not re.fullmatch(r"\s*(?:,|и|или|,\s*без)\s*", text[previous.end : _begin(phrase)]):
                break
            nouns.append(phrase.head.text)
        return nouns


def _begin(phrase: Phrase) -> int:
    return phrase.preposition.start if phrase.preposition else phrase.start


def _follow_up(question: str) -> _Question:
    meant = _MEANT.match(_unquestioned(question))
    if meant and len(words(question)) <= SHORT_WORDS + 2:
        return _Question.of(meant["rest"], led=True)
    lead = _LEAD.match(question)
    rest = _unquestioned(question[lead.end() :] if lead else question)
    possible = _POSSIBLE.fullmatch(rest)
    if possible is not None:
        rest = possible["before"] or possible["after"]
    if not rest:
        return _Question.of(_unquestioned(question))
    led = lead is not None
    conditional = lead is not None and "если" in lead.group().lower()
    return _Question.of(_lowered(rest), led=led, conditional=conditional)


def _lowered(text: str) -> str:
    """Small first letter for a preposition, which will stand inside the query."""
    first = words(text)[:1]
    return text[:1].lower() + text[1:] if first and first[0].kind is Kind.PREPOSITION else text


def _unquestioned(text: str) -> str:
    return text.strip().rstrip("?!. …")


def _asked(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]}?"


def _completed(new: _Question, before: _Question, question: str) -> str:
    """Fill a follow-up without pronouns; a complete question comes back as it is."""
    if _is_fragment(new):
        return _asked(_merged(new, before))
    if _lacks_topic(new) or _stays_with_name(new, before):
        return _asked(_with_topic(new, before))
    return question if not new.led else _asked(new.text)


def _is_fragment(new: _Question) -> bool:
    """No question and no topic of its own: "без капусты", "в духовке", "борщ", "зелёные"."""
    if not new.words or all(word.kind is Kind.QUESTION for word in new.words):
        return bool(new.words)
    if new.has(Kind.INFINITIVE, Kind.VERB):
        return new.led and len(new.words) == 1
    if new.has(Kind.QUESTION) or (new.conditional and not _is_place(new)):
        return False
    if new.led:
        return len(new.words) <= SHORT_WORDS + 2
    return (_is_place(new) or _leans(new)) and len(new.words) <= SHORT_WORDS


def _leans(new: _Question) -> bool:
    """Nothing but nouns in a case that a question would not begin with: "байдарки" is none."""
    cases = new.phrases[0].head.cases if len(new.phrases) == 1 else frozenset()
    nominal = all(word.kind in {Kind.NOUN, Kind.ADJECTIVE} for word in new.words)
    return nominal and bool(cases) and "nomn" not in cases


def _is_place(new: _Question) -> bool:
    return new.words[0].kind is Kind.PREPOSITION


def _lacks_topic(new: _Question) -> bool:
    """It asks something, but of what: "сколько варить", "какой состав", "почему"."""
    if not new.words or any(p.head.proper for p in new.phrases):
        return False
    if new.conditional:
        return True
    if not new.core and new.has(Kind.QUESTION, Kind.INFINITIVE, Kind.VERB):
        return new.led or not new.phrases or _only_properties(new)
    if not new.core and new.phrases:
        return _only_properties(new) and len(new.words) <= SHORT_WORDS
    return new.led and _is_step(new)


def _stays_with_name(new: _Question, before: _Question) -> bool:
    """After a question about a name, "а кто составляет ответ?" is about that name too."""
    if not new.led or any(word.proper for word in new.words):
        return False
    return any(phrase.head.proper for phrase in about(before.phrases))


def _only_properties(new: _Question) -> bool:
    if len(new.phrases) > 1 or len(new.words) > SHORT_WORDS:
        return False
    return all(p.asked or p.relational for p in new.phrases)


def _is_step(new: _Question) -> bool:
    """A detail of something that is being done: "а когда класть картошку?"."""
    questions = [word for word in new.words if word.kind is Kind.QUESTION]
    asks = not questions or any(word.lemma in _PARALLEL_QUESTION for word in new.words)
    return asks and new.has(Kind.INFINITIVE)


def _compares(new: _Question) -> bool:
    """Tell whether things to compare are missing: "что лучше?", "в чём разница?"."""
    folded = _FROM_THEM.sub("", new.text.lower().replace("ё", "е"))
    bare_text = _Question.of(folded)
    return (
        _CHOOSING.match(folded) is not None
        and _BETTER.search(folded) is not None
        and (not bare_text.core or _is_choice(bare_text))
        and not bare_text.has(Kind.PRONOUN)
    )


def _is_choice(text: _Question) -> bool:
    """Tell whether the only noun is what is chosen by: "где залог больше?"."""
    return len(text.words) <= SHORT_WORDS - 1 and len(text.core) == 1


def _both_topics(new: _Question, turns: Sequence[Turn]) -> str:
    """Both things, the first with what was asked of it: "что дольше: хранится щи или борщ"."""
    queries = [_unquestioned(turn.query) for turn in turns[-2:]]
    topics = [topic(query, words(query)) for query in queries]
    named = [name for name in dict.fromkeys(topics) if name]
    asked = _FROM_THEM.sub("", new.text).strip()
    if len(named) > 1:
        named[0] = _WHAT_IS.sub("", queries[0])
    return f"{asked}: {' или '.join(named)}" if named else new.text


def _without(before: _Question, rest: str) -> str:
    """The question before, "без" what the person has not, in the genitive."""
    lacking = " ".join(
        inflected(word.text, "gent") if word.kind in {Kind.NOUN, Kind.ADJECTIVE} else word.text
        for word in words(rest)
    )
    return f"{before.text} без {lacking}"


def _with_topic(new: _Question, before: _Question) -> str:
    subject = topic(before.text, before.words) or before.text
    wanted = {word.lemma for word in new.words}
    if all(word.lemma in wanted for word in words(subject) if word.kind is Kind.NOUN):
        return new.text
    if new.has(Kind.INFINITIVE, Kind.VERB) and not new.phrases:
        return f"{new.text} {subject}"
    condition = "если " if new.conditional else ""
    return f"{subject}: {condition}{new.text}"


def _merged(new: _Question, before: _Question) -> str:
    """Put a fragment where the question before has one of its kind, else behind it."""
    for rule in (_same_asking, _same_preposition, _same_part, _same_describing, _same_verb):
        merged = rule(new, before)
        if merged is not None:
            return merged
    return f"{before.text} {new.text}"


def _same_asking(new: _Question, before: _Question) -> str | None:
    """Put "где" for "когда"."""
    if any(word.kind is not Kind.QUESTION for word in new.words):
        return None
    asking = before.words[0] if before.words else None
    if asking is None or asking.kind is not Kind.QUESTION:
        return f"{new.text} {before.text}"
    return _replaced(before.text, asking.start, asking.end, new.text)


def _same_preposition(new: _Question, before: _Question) -> str | None:
    """Put "в духовке" for "в кастрюле"; "без X" and "без Y" both stay."""
    first = new.phrases[0] if new.phrases else None
    if first is None or first.preposition is None or new.words[0] != first.preposition:
        return None
    preposition = first.preposition.lemma
    for old in before.phrases:
        if old.preposition is None:
            continue
        if old.head.lemma == first.head.lemma and {preposition, old.preposition.lemma} & {"без"}:
            return _replaced(before.text, old.preposition.start, old.end, new.text)
        if old.preposition.lemma == preposition != "без" and _cases_meet(old.head, first.head):
            return _replaced(before.text, old.preposition.start, old.end, new.text)
    return None


def _same_part(new: _Question, before: _Question) -> str | None:
    """Put "борщ" for "щи": a bare noun replaces what the question before was about."""
    if not new.phrases or new.phrases[0].preposition is not None:
        return None
    topics = about(before.phrases)
    placed = None if bare(topics) else _placed(topics, new.phrases[0])
    core = [placed] if placed is not None else bare(topics) or bare(before.phrases)
    fitting = [old for old in core if _cases_meet(old.head, new.phrases[0].head)]
    if not core:
        return None
    if new.phrases[0].relational:
        return f"{topic(before.text, before.words)}: {new.text}"
    old = fitting[0] if fitting else core[-1]
    named = next((word for word in old.words if word.proper), None)
    if named is not None and new.phrases[0].head.proper:
        start = named.start - before.text[: named.start].endswith("/")
        return _replaced(before.text, start, named.end, new.text)
    return _replaced(before.text, old.start, old.end, new.text)


def _placed(topics: Sequence[Phrase], new: Phrase) -> Phrase | None:
    """Find what a question is about behind a preposition: "у леса" in "какие параметры у леса"."""
    if new.relational:
        return None
    fitting = [old for old in topics if old.preposition and _cases_meet(old.head, new.head)]
    return fitting[-1] if fitting else None


def _same_describing(new: _Question, before: _Question) -> str | None:
    """Put "зелёные" for "классические", or in front of "щи"."""
    if not new.words or any(word.kind is not Kind.ADJECTIVE for word in new.words):
        return None
    for old in bare(about(before.phrases)):
        described = [word for word in old.words if word.kind is Kind.ADJECTIVE]
        end = described[-1].end if described else old.start
        return _replaced(before.text, old.start, end, f"{new.text} " if not described else new.text)
    return None


def _same_verb(new: _Question, before: _Question) -> str | None:
    """Put "умер" for "родился"."""
    kinds = {word.kind for word in new.words} & {Kind.VERB, Kind.INFINITIVE}
    for old in before.words:
        if old.kind in kinds:
            return _replaced(before.text, old.start, old.end, new.text)
    return None


def _cases_meet(old: Word, new: Word) -> bool:
    return not old.cases or not new.cases or bool(old.cases & new.cases)


def _replaced(text: str, start: int, end: int, new: str) -> str:
    return f"{text[:start]}{new}{text[end:]}"
