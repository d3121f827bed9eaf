"""Closed lists of English words: which of them name nothing by themselves."""

from typing import Final

from services.answering.wordlists import listed

FUNCTION: Final = listed(
    "a an the of to in on for from with without by at as and or but nor so if than then because "
    "while into onto over under between among about during before after through per via within "
    "is are was were be been being am do does did done doing can could should would will may might "
    "must shall have has had having not no yes how what when where why who whom whose which i you "
    "we me us my your our mine yours it its it's they them their theirs he him his she her hers "
    "this that these those there here much many more most less least long old far often also too "
    "very just really still even ever only any some all both each other another others one ones "
    "such same own like up down out off again what's who's where's how's there's that's whats "
    "don't "
    "doesn't didn't isn't aren't can't won't i'm i've you're we're let please"
)
VERBS: Final = listed(
    "tell describe explain define discuss list give show compare know think want need mean make "
    "made makes making use used uses using get gets got getting go goes went take takes took taken "
    "work works worked working start started starts begin began happen happened happens become "
    "became come came find found buy sell eat drink live lives lived look looks say said see saw "
    "help helps helped cause causes caused affect affects differ differs change changed choose "
    "chose create created develop developed discover discovered include includes involve keep last "
    "lasts lead leads learn play played provide provides put run runs spread start stop try treat "
    "treated turn win won wear write wrote believe call called compare consider considered evolve "
    "evolved form formed grow grows having increase originate originated prevent protect receive "
    "relate related remove require required result set support supports talk visit contribute "
    "cook bake fry boil brew prepare store freeze install learn read speak fix clean send delete "
    "add open close join order book rent "
    "summarize elaborate clarify pay paid cost costs apply built build vote chosen sold held known "
    "written given shown born spent worn driven taught survive survived"
)
PROPERTIES: Final = listed(
    "type types kind kinds sort sorts example examples symptom symptoms sign signs cause causes "
    "effect effects use uses way ways thing things part parts role purpose purposes importance "
    "difference differences similarity similarities advantage advantages disadvantage "
    "disadvantages benefit benefits pro pros con cons characteristic characteristics feature "
    "features application applications reason reasons problem problems issue issues risk risks "
    "process method methods step steps history origin origins name names number amount level "
    "impact influence result results fact facts detail details information info idea ideas "
    "definition meaning variety varieties option options chance chances year years time times "
    "people person someone anyone place places lot bit something anything everything else "
    "treatment treatments factor factors founding creation element elements project projects "
    "objective objectives goal goals invention function functions"
)
DESCRIBING: Final = listed(
    "different main major important common famous popular typical best better good bad worst big "
    "biggest large largest small smallest first second third last latest new recent modern old "
    "oldest early current currently today now general specific overall possible available "
    "similar due instead together usually typically originally traditional traditionally difficult "
    "easy easier hard harder safe safer legal illegal free expensive cheap unique worth influential"
)
KIND: Final = frozenset({"popular", "second", "modern", "traditional", "old", "free", "legal"})
GENERIC: Final = PROPERTIES | DESCRIBING
JOINS: Final = listed("of the de and & la le von van")
