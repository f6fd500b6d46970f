"""Words that stand in headings, notes and titles, and hence make no person's name. Folded without diacritics."""

from __future__ import annotations

HARD = frozenset(
    """
    osallistujat osallistuja osallistujalista osallistujaluettelo vieraslista vieraat vieras kutsutut kutsuvieraat kutsuvieraslista
    esiintyjat esiintyja nayttelijat kuvattavat kuvattava mukana osapuolet nimilista nimiluettelo lista luettelo henkilot henkilo
    henkilolista henkilokunta yhteystiedot yhteyshenkilo sivu yhteensa summa aikataulu ohjelma kello paiva paivat paikka pvm
    paivamaara huom huomio huomautus huomautukset lisatiedot ryhma luokka bandi kuoro orkesteri tekniikka juhla juhlat haat
    konsertti tapahtuma paivitetty puhelin puh sahkoposti nimi rooli etunimi sukunimi valokuvaus kuvaus kuvauslupa kuvausluvat
    julkaisulupa lupa luvat suostumus huoltaja huoltajat vanhemmat yritys oppilaat oppilas opettajat opettaja soittajat laulajat
    tanssijat solistit puhujat puhuja juontajat peruutettu peruttu perunut peruneet poistettu salainen luottamuksellinen lapset
    aikuiset pelaajat pelaaja valmentajat joukkue koulu paivakoti esikoulu alakoulu ylakoulu lukio muut muita kaikki seka ei ja tai
    poissa puuttuu puuttuvat tarkista kesken liite versio luonnos viimeinen ensimmainen uusi vanha kevat kesa syksy talvi kevaan
    kesan syksyn talven paajuhla vastaanotto illallinen lounas kahvi kahvit tauko avaus lopetus harjoitus kenraali ensi-ilta esitys
    naytos gaala seminaari kokous messut nayttely turnaus ottelu leiri retki kutsu kutsut ilmoittautumiset ilmoittautuneet
    varalla varasija jono morsian sulhanen hääpari haapari morsiamen sulhasen perhe suku ystavat tyokaverit poyta kiitos
    terveisin ystavallisin kuvat kuva video kuvaajat jarjestajat jarjestaja asiakas tilaaja tilaus lasku sopimus tarjous osoite
    maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai tammikuu helmikuu maaliskuu huhtikuu toukokuu kesakuu
    heinakuu elokuu syyskuu lokakuu marraskuu joulukuu viikko vuosi
    deltagare deltagarlista gaster gastlista gast namnlista medverkande aktorer kontakt kontakter kontaktuppgifter sida summa totalt
    antal schema program klockan datum plats grupp klass kor orkester teknik fest brollop konsert uppdaterad telefon epost namn roll
    fornamn efternamn fotolov samtycke tillstand vardnadshavare malsman foretag elever elev larare barn vuxna spelare tranare lag
    skola forskola dagis ovriga alla och eller inte ej franvarande saknas utkast bilaga mandag tisdag onsdag torsdag fredag lordag
    sondag januari februari mars juni juli augusti september oktober november december vecka ar halsningar vanliga brud brudgum
    participants participant list guest guests guestlist people persons contacts page total sum schedule program programme timetable
    time date place location venue note notes remarks team band choir orchestra crew cast staff party wedding weddings concert event
    updated phone email e-mail name names role first last surname photography filming consent release guardian guardians parents
    company students student teachers teacher players player musicians trio duo duetto kvartetti kvintetti sekstetti quartet quintet kvartett kvintett ensemble yhtye band orchestra singers dancers speakers speaker cancelled canceled removed
    deleted confidential children adults kids class school kindergarten nursery primary grade others all and or not no yes the of for
    with from absent missing draft version appendix final copy monday tuesday wednesday thursday friday saturday sunday january
    february march july october sheet call scene shot take studio production productions project client customer agency
    regards sincerely thanks thank dear re fw address street avenue hotel restaurant museum theatre theater hospital festival
    conference seminar workshop meeting gala reception dinner lunch breakfast coffee break opening closing rehearsal show session
    spring summer autumn winter annual day week month year morning evening afternoon night group family families friends table
    shoot photoshoot photos photo pictures video overview summary information info contact details attendees attendee invitees
    members member committee board department office university college academy institute foundation association society union
    federation council city county state national international nordic ravintola hotelli museo teatteri sairaala kirkko seurakunta
    kaupunki kunta yhdistys liitto saatio instituutti yliopisto akatemia kerho seura keskus talo katu tie kahvila sali huone
    tba tbc tbd n/a na none nobody anonymous anonyymi tuntematon unknown okand avec seuralainen puoliso partner test testi esimerkki esim exempel
    malli example lorem ipsum osallistujamaara lukumaara kpl hlo henkea muistio poytakirja raportti report
    """.split()
)
"""Whatever holds one of these is no name, wherever it stands."""

SOFT = frozenset(
    """hall park page church house bell field hill lake woods bridge garden castle king queen prince knight bishop pope abbot priest
    cook baker butler singer host pilot best man bride groom maid black white green brown grey gray silver gold stone rose may april
    june august summers winters joy star day knight light moon sun son mark music dance arts art club kirk manor villa plaza tower
    center centre market mill linna kartano torppa hovi tupa puisto sydan tahti aurinko kuu meri valo voima ilo elama""".split()
)
"""These end a name only after a given name."""

SUFFIXES = tuple(
    """juhla juhlat konsertti kuoro koulu lista luettelo paiva paivat kokous video kuvaus kuvat messut seura yhdistys kerho joukkue
    luokka ryhma orkesteri keskus teatteri seminaari gaala paivakoti osasto yksikko tapahtuma festivaali festivaalit nayttely esitys
    turnaus leiri lupa luvat tiedot tilaisuus ohjelma kirkko sali studio aikataulu yhtye lukio opisto museo hotelli ravintola
    koulut skola skolan festen fest listan lista foreningen konserten brollop dagen lager gruppen laget klassen koren teatern
    kaupunki poydat poyta avustajat jarjestajat vieraat esittely""".split()
)
"""Compounds that end so are no names."""
