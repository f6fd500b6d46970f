"""Surnames and the ends of surnames, folded without diacritics: they tell which of two words is the surname."""

from __future__ import annotations

from functools import lru_cache

from backupd.reading.folding import loose_key

_COMMON = """
aalto aho ahola ahonen ahti alanen alho anttila arola autio eerola eklund erkkila eskola forsman forss haapala haapanen haavisto
hakala hakkarainen halme halonen hamalainen harju harjula hautala heikkila heikkinen heino heinonen helin helminen hiltunen
hietala hirvonen holm hovi huhta huttunen huovinen hyvonen ikonen ilves immonen isaksson jalava jalonen jantti jarvela jarvi
jarvinen jokela jokinen julin junttila juvonen kaasalainen kaikkonen kallio kangas kankaanpaa karhu karppinen karvonen kauppinen
kekki kemppainen keranen kesti ketola kettunen kinnunen kivela kivi kiviniemi koistinen koivisto koivu koivula kokko kolehmainen
korhonen korkea korpela korpi koskela koski koskinen kujala kukkonen kulmala kurki kuusela kuusi kuusisto kylmanen laakso
laaksonen laatikainen lahde lahteenmaki lahti lahtinen laine laitinen lampi lampinen lappalainen lassila lauri lehtimaki lehtinen
lehto lehtonen leino leinonen leppanen leppa leskinen lind lindberg lindfors lindholm lindroos lindstrom linna louhi luoma luoto
maki makela makinen manner manninen markkanen martikainen mattila meri metsala miettinen moilanen mustonen mykkanen myllymaki
nevala niemela niemi nieminen niinisto nikula niskanen nisula nurmi nurminen nyberg nykanen nyman oinonen oja ojala ojanen oksanen
ollila pakarinen palonen parviainen partanen pasanen pelkonen peltola peltonen pekkala pesonen pietila pitkanen pohja pohjola
poutanen poysti puro puustinen pulkkinen raatikainen rajala ranta rantala rantanen rasanen rauhala rautio rautiainen rinne
ristola rissanen ronkainen rosenberg ruohonen ruotsalainen ruusunen ryynanen saari saarela saarinen saastamoinen sade sahlberg
sainio salmela salmi salminen salo salonen saloranta sandberg saukkonen savola savolainen seppala seppanen sihvonen sillanpaa
silvennoinen simola sirola sippola sjoberg soini soininen suominen suomi sundstrom suomalainen sutinen takala tamminen tarkka
tiainen tikka tikkanen timonen toivonen tolonen tuominen turunen ukkonen uusitalo vainio vaisanen valkonen vanhanen vanhala
vartiainen varis vehkaoja virta virtanen viitala viitanen voutilainen vuori vuorela vuorinen vaananen vaisala wallin wikstrom
ylonen ylinen ylitalo
andersson berg bergman berglund bergstrom bjork bjorklund blom blomqvist dahl dahlberg eklof ekman ekstrom engstrom ericsson
eriksson fagerholm forsberg fredriksson granberg grahn gronholm gustafsson hagg hansson hellman hellstrom henriksson hogberg
holmberg holmstrom jansson johansson jonsson karlsson kronqvist larsson lilja lindblom lindgren lindqvist ljung lund lundberg
lundgren lundqvist lundstrom malmstrom mattsson molin mattson nilsson nordberg norrgard nordin nordstrom norrman nylund nystrom
ohman olofsson olsson osterberg osterholm ostman ostrom palm persson pettersson rosenqvist roos rosen sandell sandstrom selin
sjoblom sjogren sjolund sjostrom skog soderberg soderholm soderlund soderstrom stenberg strand strom sundberg sundqvist svensson
tornqvist wahlstrom wallenius westerlund westman wiklund akerman akesson oberg
adams allen anderson armstrong bailey baker barker barnes bell bennett black booth bradley brown burns butler byrne campbell
carter chapman clark clarke collins cook cooper cox davidson davies davis dixon doherty doyle edwards ellis evans fisher fletcher
foster fox gallagher gibson gill graham gray green griffiths hall hamilton harper harris harrison harvey henderson hill holmes
howard hughes hunt hunter jackson jenkins johnson johnston jones kaur kelly kennedy khan king knight lane lawson lee lewis lloyd
lynch macdonald marlow marsh marshall martin mason matthews mccarthy mcdonald mckenzie mclean miller mills mitchell moore morgan
morris morrison murphy murray newman nolan obrien oconnor oneill owen palmer parker patel pearce pearson perry phillips pope porter
potter powell price quinn reed reid reynolds richards richardson roberts robertson robinson rogers ross russell ryan sanders
saunders scott shaw simpson singh smith spencer stevens stewart sullivan sutherland taylor thomas thompson thomson thorley tilley
tucker turner wade walker wallace walsh ward watson watts webb wells west white whitehead wilkinson williams williamson wilson wood
woods wright young
ahmed ali begum chen fernandez garcia gonzalez gupta hassan hernandez hussain ibrahim ivanov ivanova jimenez kim kowalski
kuznetsov le li lopez martinez mohamed muller nguyen nowak park perez petrov popov ramirez rodriguez sanchez schmidt schneider
sharma silva smirnov tanaka tran wang wu yang zhang kask saar sepp tamm magi kuusk rebane oja
"""

_ENDS = (
    "nen lainen sson sdotter qvist kvist strom berg lund gren stedt blad hammar holm mark roth feldt vall wall "
    "maki niemi jarvi koski saari vaara ranta lahti harju pelto niitty kangas korpi oja joki virta luoto aho kallio "
    "makela mela kkila ttila nttila skela sela ikko opoulos escu wicz owski ewska enko chuk shvili yan ridge worth "
    "brook shaw thwaite bottom ingham ington borough bury field"
).split()
_MIN_STEM = 3


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_COMMON.split())


def is_surname(word: str) -> bool:
    """True for a word that is a common surname, or ends as surnames do; of a double name either part is enough."""
    return any(_one(loose_key(part)) for part in word.replace("–", "-").split("-") if part)


def _one(word: str) -> bool:
    word = word.replace(" ", "")
    return word in _common() or any(word.endswith(end) and len(word) >= len(end) + _MIN_STEM for end in _ENDS)
