"""Words that exclude one another: rise and fall, all and some, before and after."""

import re
from functools import lru_cache
from typing import Final

from services.answering.checking.anchors import Anchor
from services.answering.checking.reading import Reading

_FAMILIES: Final = (
    ("direction",
     r"увелич|вырас|возрас|повыс|повыш|подн|усил|растет|растут|вырос|рост$|increas|^ris|^rose|"
     r"grow|grew|gain",
     r"уменьш|сниз|сниж|упа[лсд]|пониз|сократ|сокращ|ослаб|снижен|decreas|declin|^fall|^fell|"
     r"drop|shrink|reduc|shorten"),
    ("cost", r"бесплатн|^free$|безвозмездн", r"платн|^paid$"),
    ("all", r"^все$|^всех$|^всем|^всеми$|^кажд|^любо|^все[йюх]$|^all$|^every|^each$|^any$",
     r"^некотор|^част[ьи]$|^частично|^some$|^several$|^partly$|^few$|^отдельн"),
    ("always", r"^всегда|^постоянно|^always",
     r"^иногда|^изредка|^порой|^sometimes|^rarely|^редко|^seldom"),
    ("degree",
     r"^больше|^более$|^выше$|^свыше|^дольше|^старше|^more$|^above$|^over$|^longer$|^older$|"
     r"^higher$|^larger$|^exceed",
     r"^меньше|^менее$|^ниже$|^младше|^короче|^less$|^fewer$|^below$|^under$|^younger$|^lower$|"
     r"^smaller$|^shorter$"),
    ("early", r"^раньше|^ранее|^earlier", r"^позже|^позднее|^later"),
    ("heat", r"горяч|жарк|^hot$|^hotter", r"холодн|^cold"),
    ("north", r"^север|^north", r"^юг$|^юж|^юга|^юге|^south"),
    ("east", r"^восто[кч]|^east", r"^запад|^west"),
    ("left", r"^лев(?:ый|ая|ое|ого|ой|ую|ом)$|^слева|^влево",
     r"^прав(?:ый|ая|ое|ого|ой|ую|ом)$|^справа|^вправо"),
    ("edge", r"^перв|^first", r"^последн|^last$"),
    ("sex", r"^мужчин|^мужск|^мальчик|^men$|^man$|^male|^boy",
     r"^женщин|^женск|^девоч|^women$|^woman$|^female|^girl"),
    ("phase", r"^нача|^начи|^began|^begin|^start",
     r"^законч|^заверш|^окон|^finish|^ended|^complet"),
    ("compulsory", r"^обязательн|^обязан|^должн|^mandatory|^compulsory|^must$|^required",
     r"^необязательн|^добровольн|^optional|^voluntar"),
    ("gain", r"^прибыл|^profit", r"^убыт|^loss"),
    ("pass", r"^принял|^принят|^одобр|^approv|^accept|^adopt",
     r"^отклон|^отверг|^отказа|^reject|^turned"),
    ("success", r"^удач|^успе|^success", r"^неудач|^провал|^fail"),
    ("light", r"^светл|^light", r"^темн|^dark"),
    ("gender of wet", r"^сух|^dry", r"^мокр|^влажн|^wet"),
    ("plenty", r"^многие|^многих|^большинств|^most$|^many$|^majority",
     r"^немног|^меньшинств|^few$|^minority"),
    ("including", r"^включа|^includ", r"^исключа|^кроме|^exclud|^except"),
)  # fmt: skip
_COMPILED: Final = tuple((f, re.compile(one), re.compile(other)) for f, one, other in _FAMILIES)
_ONLY: Final = re.compile(
    r"^(?:только|лишь|исключительно|единственн\w*|only|solely|exclusively|alone)$"
)
_LIMITS: Final = re.compile(r"^(?:кроме|не|except|unless|but|without|без)$")


def opposites(reading: Reading) -> list[Anchor]:
    """Find the words that have an opposite; denials are checked apart."""
    return [
        Anchor(
            family=family, values=frozenset({sign}),
            first=token.index, last=token.index,
        )
        for token in reading.tokens
        for family, sign in _members(token.low)
    ]  # fmt: skip


@lru_cache(maxsize=50_000)
def _members(low: str) -> tuple[tuple[str, bool], ...]:
    return tuple(
        (family, one.search(low) is not None)
        for family, one, other in _COMPILED
        if one.search(low) or other.search(low)
    )


def narrows(claim: Reading, source: Reading, sentences: frozenset[int]) -> bool:
    """Tell whether the claim says "only" where the source does not."""
    if not any(_ONLY.match(token.low) for token in claim.tokens):
        return False
    said = [t for t in source.tokens if t.sentence in sentences]
    return not any(_ONLY.match(t.low) or _LIMITS.match(t.low) for t in said)
