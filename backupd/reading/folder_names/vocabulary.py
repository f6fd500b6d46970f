"""The words that folder names are made of, as data. Sources: media facts part 1, privacy facts part 5."""

# ruff: noqa: SIM905 - word lists are read and edited as text

from __future__ import annotations

JOB_WORDS = frozenset(
    """
    häät haat hääkuvaus haakuvaus vihkiminen vihkiäiset wedding weddings bröllop brollop kihlaus engagement
    förlovning muotokuva muotokuvat henkilökuva henkilökuvat potretti potretit portrait portraits porträtt perhe
    family familj yrityskuvat yrityskuvaus headshot headshots corporate rippijuhlat rippikuvat konfirmation
    confirmation ylioppilas ylioppilasjuhlat ylioppilaskuvat yo-kuvat yo-juhlat lakkiaiset student graduation
    valmistujaiset ristiäiset nimiäiset kastejuhla dop christening synttärit syntymäpäivä syntymäpäivät
    födelsedag birthday newborn vauvakuvaus tapahtuma event keikka konsertti concert konsert gaala gala
    seminaari seminar seminarium kokous möte meeting messu messut messe mässa tuotekuvat tuotekuvaus product
    products promo video musiikkivideo mainosvideo hautajaiset funeral begravning jälkikuvaus kevätjuhla
    joulujuhla pikkujoulut juhlat turnaus turnering tournament ceremony toimitus kuvaus kuvat photos photo shoot
    fotografering koulukuvaus päiväkotikuvaus odotuskuvaus bilder bröllopsbilder vigsel session maternity boudoir
    kihlajaiset hääpäivä studentfest julfest packshot packshots konferenssi conference konferens
    """.split()
)
JOB_ENDINGS = (
    "kuvat", "kuvaus", "juhla", "juhlat", "kokous", "video", "kuva", "bilder", "fotografering", "årsfest", "dopfest",
    "hääpäivä",
)  # fmt: skip

COMPANY_FORMS = frozenset(
    """
    oy oyj ab abp ky kb ay tmi t:mi ry rf ltd gmbh inc llc osk sr rs srk plc llp ag oü aps o.y a.b b.v s.a
    """.split()
)
FORM_LEADS = frozenset("asunto as kiinteistö bostads fastighets kiint".split())
"""Words that stand before a form which stands before the name: "Asunto Oy Kivikoski"."""

CONTAINERS = frozenset(
    """
    clients client customers customer asiakkaat asiakas kunder kund projektit projekti projects project jobs job
    """.split()
)

CATEGORIES = frozenset(
    """
    häät haat weddings wedding bröllop muotokuvat portraits porträtt perhe perheet family families yritykset
    yritys corporate tapahtumat events event konsertit concerts rippikuvat ylioppilaat ylioppilaskuvat
    graduation newborn tuotekuvat products videot video videos koulukuvat hautajaiset funerals juhlat kuvaukset
    shoots
    """.split()
)

BACKUP_WORDS = ("backup", "backups", "varmuuskopio", "varmuuskopiot", "arkisto", "archive", "toimitus", "delivery",
                "säkerhetskopia", "arkiv", "leverans", "toimitetut", "varmistus")  # fmt: skip

TECHNICAL = frozenset(
    """
    dcim private m4root clip sub thmbnl avchd bdmv stream clipinf playlist xdroot bpav clpr takr contents misc
    raw raws raakat raaka jpg jpeg jpegs jpgs tif tiff tiffs nef cr2 cr3 arw dng edited edit edits editoidut
    editoitu export exports web www valitut valinnat selects selected selection print prints printti tulosteet
    video videos audio originals original originaalit master masters finals final valmiit valmis toimitus
    toimitetut delivered delivery poistettavat capture output trash settings cache captureone proxies proxy
    graphics music previews thumbnails thumbs admin inbox work docs lightroom catalog catalogs highres lowres
    hires lores fullres insta instagram some social social-media bw mv mustavalko color väri retouched retus
    retusoidut general pana_grp dji_audio card1 card2 card kortti kortti1 kortti2 cam1 cam2 cama camb kamera1
    kamera2 photos kuvat videot stills drone drones kopteri gopro dji
    """.split()
)
TECHNICAL_PHRASES = frozenset(
    (
        "capture one|lightroom catalog|lightroom|smart previews|project files|social media|high res|low res|full res|"
        "full size|black and white"
    ).split("|")
)

SYSTEM = frozenset(
    name.casefold()
    for name in (
        "$RECYCLE.BIN", "System Volume Information", "lost+found", "@eaDir", "RECYCLER", "#recycle", "@Recycle",
        "__MACOSX", "Recycled", "Roskakori", "Trash", ".Trash", "Poistetut", "$Recycle.Bin", "#snapshot", "@tmp",
    )
)  # fmt: skip

NOTHING = frozenset(
    (
        "new folder|uusi kansio|untitled folder|nimetön kansio|ny mapp|untitled|nimetön|kansio|folder|mapp|misc|"
        "sekalaiset|muut|temp|tmp|kuvia|pictures|images|media|files|tiedostot|data|shoots|kuvaukset|työt|jobs"
    ).split("|")
)

VERSION_WORDS = frozenset(
    """
    final ok valmis valmiit ver versio version rev copy kopio kopia edit edited uusi new lopullinen slutgiltig klar färdig
    backup zip bak done toimitettu delivered levererad editoidut muokatut valitut selects raw raws jpg jpgs jpeg jpegs
    """.split()
)

MONTHS: dict[str, int] = {}
for _number, _stems in enumerate(
    (
        "tammi january januari jan", "helmi february februari feb",
        "maalis march mars mar", "huhti april apr", "touko may maj",
        "kesä june juni jun", "heinä july juli jul", "elo august augusti aug",
        "syys september sept sep",
        "loka october oktober oct okt", "marras november nov", "joulu december dec",
    ),
    1,
):  # fmt: skip
    for _stem in _stems.split():
        MONTHS[_stem] = _number
FINNISH_MONTH_STEMS = tuple("tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu".split())
for _number, _stem in enumerate(FINNISH_MONTH_STEMS, 1):
    for _ending in ("kuu", "kuuta", "kuun", "kuussa", "kuulta", "kuulla", "k"):
        MONTHS[_stem + _ending] = _number
MONTHS["dec"] = 12
WINTERS = frozenset("talvi talven talvella winter vinter".split())
SEASONS = frozenset(
    """
    kevät kevään keväällä kesä kesän kesällä syksy syksyn syksyllä talvi talven talvella spring summer autumn
    fall winter vår sommar höst vinter
    """.split()
)
FEASTS = frozenset(
    """
    joulu juhannus pääsiäinen vappu uusivuosi halloween midsommar jul påsk christmas xmas easter midsummer
    """.split()
)
WEEK_WORDS = frozenset("vk vko viikko viikolla viikon week wk vecka".split())
YEAR_WORDS = frozenset("vuosi vuonna v lukuvuosi lv år läsår läsåret year".split())

BUSINESSES = frozenset(
    """
    bar baari pub kahvila cafe café ravintola restaurant studio hotelli hotel club klubi areena arena festival
    festivaali teatteri theatre galleria gallery
    """.split()
)
"""Names of places that often end in a number: "Bar 2024" may be the place or the year."""

NAMES_AND_MONTHS = frozenset(("april", "may", "june", "august", "summer", "autumn"))
"""English words that are a month or season, and a given name."""
