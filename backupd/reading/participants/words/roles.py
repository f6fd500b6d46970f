"""What people do at a shoot, folded without diacritics. A word that is missing here is still a role after a name."""

from __future__ import annotations

_FINNISH = """
morsian sulhanen kaaso kaasot bestman juontaja puhuja esiintyja laulaja solisti soittaja kitaristi basisti rumpali pianisti
viulisti sellisti kapellimestari kuoronjohtaja nayttelija paaosa sivuosa avustaja statisti ohjaaja tuottaja kasikirjoittaja
kuvaaja valokuvaaja videokuvaaja kameramies valaisija aanittaja leikkaaja maskeeraaja stylisti puvustaja lavastaja tekniikka
tekniikko kuvaussihteeri assistentti apulainen malli tanssija koreografi pelaaja maalivahti valmentaja kapteeni joukkueenjohtaja
huoltaja tuomari oppilas opettaja rehtori opiskelija ohjaaja vieras kunniavieras isanta emanta haapari vihkija pappi todistaja
kummi kummitati kummiseta isa aiti isoaiti isoisa mummo ukki sisko veli lapsi tytar poika puoliso vaimo mies kuvattava toimitusjohtaja
johtaja paallikko myynti myyja myyntijohtaja viestinta viestintapaallikko markkinointi talous talousjohtaja hallitus puheenjohtaja
varapuheenjohtaja sihteeri rahastonhoitaja jasen asiantuntija suunnittelija insinoori kehittaja konsultti asiakaspalvelu tyontekija
harjoittelija rippilapsi ylioppilas vauva soliste haastateltava haastattelija toimittaja jarjestaja moderaattori panelisti
viulu sello piano kitara basso rummut laulu huilu trumpetti
"""
_SWEDISH = """
brud brudgum brudtarna marskalk toastmaster vard vardinna gast talare konferencier sangare sangerska musiker gitarrist basist
trummis pianist dirigent skadespelare regissor producent fotograf ljustekniker ljudtekniker sminkor tranare spelare malvakt
larare elev rektor studerande deltagare medverkande ordforande vice sekreterare kassor vd chef forsaljning marknadsforing prast
vittne mamma pappa mor far syster bror dotter son modell dansare koreograf assistent praktikant moderator
"""
_ENGLISH = """
bride groom bridesmaid groomsman usher officiant minister priest witness host hostess guest speaker keynote moderator panelist
panellist mc emcee presenter singer vocalist vocals lead soloist guitarist guitar bassist bass drummer drums pianist piano keys
keyboards violinist violin cellist cello conductor actor actress extra director producer writer photographer videographer
cinematographer dop operator gaffer grip editor stylist makeup hair costume assistant runner model dancer choreographer player
goalkeeper goalie coach captain manager referee student pupil teacher principal ceo cto cfo coo chair chairperson chairman
secretary treasurer member engineer designer developer consultant sales marketing mother father sister brother son daughter aunt
uncle grandmother grandfather godmother godfather interviewer interviewee reporter talent cast crew trumpet flute saxophone
"""

PHRASES = frozenset(
    """best man|maid of honour|maid of honor|matron of honour|flower girl|ring bearer|page boy|master of ceremonies|make up|make-up
    |first ad|second ad|1st ad|2nd ad|production assistant|production manager|creative director|art director|managing director
    |director of photography|executive producer|head coach|assistant coach|team manager|board member|guest of honour|backing vocals
    |lead vocals|lead guitar|morsiamen aiti|morsiamen isa|sulhasen aiti|sulhasen isa|brudens mor|brudens far|vice ordforande
    |mother of the bride|father of the bride|mother of the groom|father of the groom""".replace("\n", "")
    .replace("  ", "")
    .split("|")
)

ROLES = frozenset(f"{_FINNISH}{_SWEDISH}{_ENGLISH}".split())

ADULT_ROLES = frozenset(
    """opettaja rehtori ohjaaja valmentaja avustaja koulunkayntiavustaja huoltaja vanhempi lehtori opinto-ohjaaja kuraattori
    joukkueenjohtaja kuvaaja valokuvaaja lastenhoitaja hoitaja henkilokunta luokanopettaja erityisopettaja varhaiskasvattaja
    kuoronjohtaja johtaja larare rektor tranare ledare assistent foralder personal fotograf klasslarare skotare teacher headteacher
    principal coach trainer leader assistant parent guardian staff photographer manager instructor nurse supervisor carer""".split()
)
"""Whoever does this in a class of children is no pupil of it."""

HONORIFICS = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame rev fr herra rouva neiti hra rva hr fru froken herr toht tri".split()
)
