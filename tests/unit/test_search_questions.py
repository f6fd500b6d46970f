"""What people write when they look for a shoot: cases, slips, missing dots, sentences in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Connection
from test_search import TODAY, clients, put

from backupd.search import find
from backupd.search.inflection import lemmas
from index import stores
from index.engine import open_index

FORMS = """
    Koskisen:Koskinen Koskiselle:Koskinen Koskiselta:Koskinen Koskisilla:Koskinen Koskisten:Koskinen
    Koskisia:Koskinen Koskiset:Koskinen Koskista:Koskinen Koskisesta:Koskinen Koskisessa:Koskinen Koskiseen:Koskinen
    Raution:Rautio Rautiolla:Rautio Rautiolle:Rautio Rautiosta:Rautio Rautiot:Rautio Rautioiden:Rautio
    Rautiota:Rautio Rautioon:Rautio Kukan:Kukka Kukalla:Kukka Kukkaa:Kukka Kukat:Kukka Kukkien:Kukka Kukkaan:Kukka
    Mäen:Mäki Mäellä:Mäki Mäelle:Mäki Mäeltä:Mäki Mäestä:Mäki Mäkeä:Mäki Mäet:Mäki Mäkien:Mäki Mäkeen:Mäki
    Lehdolla:Lehto Lehdolle:Lehto Lehdolta:Lehto Lehdosta:Lehto Lehtoa:Lehto Lehdot:Lehto Lehtojen:Lehto
    Lehtoon:Lehto Virralla:Virta Virralle:Virta Virtaa:Virta Virrat:Virta Virtojen:Virta Virtaan:Virta
    Salmella:Salmi Salmelle:Salmi Salmea:Salmi Salmet:Salmi Salmien:Salmi Salmeen:Salmi Lahdella:Lahti
    Lahdelle:Lahti Lahtea:Lahti Lahdet:Lahti Lahteen:Lahti Rannalla:Ranta Rannalle:Ranta Rantaa:Ranta Rannat:Ranta
    Rantojen:Ranta Pitkäsen:Pitkänen Turusen:Turunen Laitisen:Laitinen Karjalaisen:Karjalainen Savolaisen:Savolainen
    Savolaisella:Savolainen Kärkkäisen:Kärkkäinen Ahosen:Ahonen Jokisen:Jokinen Mattilan:Mattila Mattilalle:Mattila
    Mattiloiden:Mattila Rintalan:Rintala Toivosen:Toivonen Hiltusen:Hiltunen Toivolan:Toivola
    Hakkaraisen:Hakkarainen Pulkkisen:Pulkkinen Kemppaisen:Kemppainen Rissasen:Rissanen Partasen:Partanen
    Suomalaisen:Suomalainen Halosen:Halonen Lappalaisen:Lappalainen Vainion:Vainio Vainiolle:Vainio
    Hietasen:Hietanen Kantosen:Kantonen Sinisalon:Sinisalo Sinisalolle:Sinisalo Uusitalon:Uusitalo Kivimäen:Kivimäki
    Kivimäelle:Kivimäki Kivimäet:Kivimäki Myllymäen:Myllymäki Ylikosken:Ylikoski Alatalon:Alatalo Kujanpään:Kujanpää
    Kujanpäälle:Kujanpää Harjunpään:Harjunpää Vuorelan:Vuorela Niskasen:Niskanen Sormusen:Sormunen Moilasen:Moilanen
    Lipposen:Lipponen Tikan:Tikka Tikalle:Tikka Hukan:Hukka Pukin:Pukki Rekolan:Rekola Pekkalan:Pekkala Pekan:Pekka
    Pekalle:Pekka Matin:Matti Matille:Matti Antin:Antti Antille:Antti Heikin:Heikki Heikille:Heikki Eerikin:Eerik
    Outin:Outi Satun:Satu Sadun:Satu Jaakon:Jaakko Jaakolle:Jaakko Markun:Markku Jukan:Jukka Pirkon:Pirkko
    Kertun:Kerttu Riitan:Riitta Riitalle:Riitta Katrin:Katri Päivin:Päivi Aleksin:Aleksi
    Annelin:Anneli Sarin:Sari Mikon:Mikko Mikolle:Mikko Veeran:Veera Veeralle:Veera Lindforsin:Lindfors
    Lindforsille:Lindfors Anderssonin:Andersson Anderssonille:Andersson Forsmanin:Forsman Nybergin:Nyberg
    Wikströmin:Wikström Wikströmille:Wikström Smithin:Smith Brownin:Brown O'Brienin:O'Brien D'Angelon:D'Angelo
    Müllerin:Müller Garcian:Garcia Nguyenin:Nguyen Ivanovin:Ivanov Schmidtin:Schmidt Jonesin:Jones Dubois'n:Dubois
    Duboisin:Dubois Leclerc'in:Leclerc Niemisille:Nieminen Niemisten:Nieminen Niemisillä:Nieminen Niemisiä:Nieminen
    Pellolla:Pelto Pellolle:Pelto Peltoa:Pelto Pellot:Pelto Joella:Joki Joelle:Joki Jokea:Joki Joet:Joki Jokien:Joki
    Vesan:Vesa Kuusen:Kuusi Kuuselle:Kuusi Käden:Käsi Suden:Susi Sudelle:Susi Kaaren:Kaari Kaarelle:Kaari
    Hannuksen:Hannus Hannukselle:Hannus Rekosen:Rekonen Matikaisen:Matikainen Rajamäen:Rajamäki Rajamäellä:Rajamäki
    Honkaniemen:Honkaniemi Honkaniemelle:Honkaniemi Ylitalon:Ylitalo Kankaalla:Kangas Kankaalle:Kangas
    Kangasta:Kangas Kankaat:Kangas Kankaiden:Kangas Laineella:Laine Laineelle:Laine Lainetta:Laine Laineet:Laine
    Laineiden:Laine Rinteellä:Rinne Rinteelle:Rinne Rinnettä:Rinne Rinteet:Rinne Ketulle:Kettu Kettua:Kettu
    Ketut:Kettu Kettujen:Kettu Karhulle:Karhu Karhujen:Karhu Hirvelle:Hirvi Hirveä:Hirvi Harjun:Harju Harjulle:Harju
    Harjut:Harju Harjujen:Harju Hovin:Hovi Hoville:Hovi Tammelle:Tammi Tammien:Tammi Tammin:Tammi Ilveksellä:Ilves
    Ilvekselle:Ilves Ilvestä:Ilves Ilvekset:Ilves Kaukosen:Kaukonen Sarvaksen:Sarvas Sarvaan:Sarvas Närhen:Närhi
    Närhin:Närhi Väisäsen:Väisänen Kauppisen:Kauppinen Tähden:Tähti Hervannon:Hervanto Jyrängön:Jyränkö Suomen:Suomi
    Meren:Meri Kärkkään:Kärkäs Arkon:Arkko Ruutun:Ruuttu Sammon:Sampo Sampon:Sampo Lokin:Lokki
    Lokin:Loki Hiekan:Hiekka Tapion:Tapio Tapiolle:Tapio Eklundin:Eklund Eklundille:Eklund Backmanin:Backman
    Ståhlin:Ståhl Ståhlille:Ståhl Åkerlundin:Åkerlund Öhmanin:Öhman Öhmanille:Öhman Kiviniemen:Kiviniemi
    Ruotsalaisille:Ruotsalainen Virtasissa:Virtanen Virtasista:Virtanen Virtasiin:Virtanen Virtasena:Virtanen
    Virtaseksi:Virtanen Virtasitta:Virtanen Virtasetta:Virtanen Ahokkaan:Ahokas Ahokkaalle:Ahokas Rikkaan:Rikas
    Vieraan:Vieras Kuninkaan:Kuningas Varpaan:Varvas Hampaan:Hammas Porraksen:Porras Portaan:Porras
    Taipaleen:Taipale Taipaleelle:Taipale Hietteen:Hiete Katajiston:Katajisto Kanervan:Kanerva Kanervalle:Kanerva
    Aution:Autio Hurmeen:Hurme Hurmeelle:Hurme Lumeen:Lume Vuolteen:Vuolle Saarteen:Saarre
""".split()  # noqa: SIM905 - read as text
SHOOTS = (
    ("Aino Koskinen", "muotokuvat", "2025-03-04"),
    ("Koskinen & Lahti", "häät", "2024-07-06"),
    ("Rautakauppa Lehto Oy", "tuotekuvat", "2024-11-12"),
    ("Lehto Oy", "yrityskuvat", "2025-02-01"),
    ("Mäki-Virta", "perhekuvaus", "2023-09-09"),
    ("O'Brien", "wedding", "2025-06-14"),
    ("Wikström", "bröllop", "2024-08-17"),
    ("Kivikosken koulu", "luokkakuvat", "2025-08-28"),
    ("Pekka Salmi", "50v synttärit", "2025-05-05"),
    ("Rautio", "hautajaiset", "2024-12-12"),
    ("Café Äär Ab", "gala", "2025-01-31"),
    ("Nguyễn", "portraits", "2025-04-01"),
    ("Müller GmbH", "messe", "2023-10-10"),
    ("Virtanen", "häät", "2022-06-11"),
    ("Virtanen", "häät", "2025-06-14"),
    ("Kukka Mäkinen", "ristiäiset", "2025-09-01"),
    ("Pohjolan Lumi ja Jää Oy", "promo", "2025-06-14"),
    ("Smith", "newborn", "2026-02-02"),
    ("Johansson", "student", "2026-05-30"),
    ("FC Kivikoski", "joukkuekuvat", "2026-04-11"),
    ("Anna ja Mikko", "häät", "2026-08-08"),
    ("Hämäläinen", "ylioppilasjuhlat", "2026-05-30"),
    ("Lindqvist", "konfirmation", "2026-06-06"),
)
QUESTIONS: tuple[tuple[str, str | None], ...] = (
    ("Aino Koskisen muotokuvat", "Aino Koskinen"),
    ("Ainon Koskisen kuvat", "Aino Koskinen"),
    ("Aino Koskiselle", "Aino Koskinen"),
    ("Koskisen ja Lahden häät", "Koskinen & Lahti"),
    ("lahden häät 2024", "Koskinen & Lahti"),
    ("Rautakauppa Lehdon tuotekuvat", "Rautakauppa Lehto Oy"),
    ("rautakaupan kuvat", "Rautakauppa Lehto Oy"),
    ("Lehto Oy:n yrityskuvat", "Lehto Oy"),
    ("Lehto Oyn kuvat", "Lehto Oy"),
    ("lehdon yrityskuvaus", "Lehto Oy"),
    ("mäki virta", "Mäki-Virta"),
    ("makivirta", "Mäki-Virta"),
    ("Mäki-Virran perhe", "Mäki-Virta"),
    ("Mäen-Virran perhekuvaus", "Mäki-Virta"),
    ("obrien", "O'Brien"),
    ("o brien wedding", "O'Brien"),
    ("O’Brien", "O'Brien"),
    ("O'Brienin häät", "O'Brien"),
    ("wikstrom", "Wikström"),
    ("Wikströms bröllop", "Wikström"),
    ("wikströmien häät", "Wikström"),
    ("wikströn", "Wikström"),
    ("kivikosken koulun luokkakuvat", "Kivikosken koulu"),
    ("kivikosken koulusta", "Kivikosken koulu"),
    ("kivikoski koulu", "Kivikosken koulu"),
    ("pekan 50v", "Pekka Salmi"),
    ("Pekka Salmen synttärit", "Pekka Salmi"),
    ("salmen pekan juhlat", "Pekka Salmi"),
    ("raution hautajaiset", "Rautio"),
    ("rautio joulukuu 2024", "Rautio"),
    ("rautio 12.12.2024", "Rautio"),
    ("rautio december 2024", "Rautio"),
    ("rautio talvi 2024", "Rautio"),
    ("cafe aar", "Café Äär Ab"),
    ("café äär ab:n gaala", "Café Äär Ab"),
    ("nguyen", "Nguyễn"),
    ("Nguyenin muotokuvat", "Nguyễn"),
    ("muller", "Müller GmbH"),
    ("mueller messut", "Müller GmbH"),
    ("Müllerin messut", "Müller GmbH"),
    ("virtasen häät 2025", "Virtanen"),
    ("virtanen 14.6.", "Virtanen"),
    ("vitanen häät", "Virtanen"),
    ("virtannen", "Virtanen"),
    ("virtaset", "Virtanen"),
    ("virtanen kesä 2022", "Virtanen"),
    ("virtanen wedding june 2025", "Virtanen"),
    ("Virtanens bröllop", "Virtanen"),
    ("kukan ristiäiset", "Kukka Mäkinen"),
    ("kukka mäkisen dop", "Kukka Mäkinen"),
    ("pohjolan lumi ja jää", "Pohjolan Lumi ja Jää Oy"),
    ("Pohjolan Lumen promovideo", "Pohjolan Lumi ja Jää Oy"),
    ("lumi jää", "Pohjolan Lumi ja Jää Oy"),
    ("smithin vauvakuvaus", "Smith"),
    ("smith's newborn", "Smith"),
    ("smiths newborn", "Smith"),
    ("johanssonin ylioppilaskuvat", "Johansson"),
    ("Johanssons student", "Johansson"),
    ("jonhansson", "Johansson"),
    ("kivikosken joukkuekuvat", "FC Kivikoski"),
    ("fc kivikosken", "FC Kivikoski"),
    ("annan ja mikon häät", "Anna ja Mikko"),
    ("anna & mikko elokuussa 2026", "Anna ja Mikko"),
    ("anna mikko aug 2026", "Anna ja Mikko"),
    ("hämäläisen lakkiaiset", "Hämäläinen"),
    ("hamalaisen yo-kuvat", "Hämäläinen"),
    ("hämäläinen yo", "Hämäläinen"),
    ("hämäläinen toukokuun lopussa 2026", "Hämäläinen"),
    ("lindqvistin rippikuvat", "Lindqvist"),
    ("lindkvist", "Lindqvist"),
    ("lindqvist rippi", "Lindqvist"),
    ("lindqvist juni 2026", "Lindqvist"),
    ("lindqvist vko 23 2026", "Lindqvist"),
    ("lindqvist 6.6.26", "Lindqvist"),
    ("lindqvist 2026-06-06", "Lindqvist"),
    ("lindqvist 20260606", "Lindqvist"),
    ("lindqvist 06.06.2026", "Lindqvist"),
    ("lindqvist 6 June 2026", "Lindqvist"),
    ("lindqvist June 6, 2026", "Lindqvist"),
    ("lindqvist 6:e juni 2026", "Lindqvist"),
    ("lindqvist viime kesänä", "Lindqvist"),
    ("lindqvist i somras", "Lindqvist"),
    ("lindqvist last summer", "Lindqvist"),
    ("lindqvist kesäkuun 6. 2026", "Lindqvist"),
    ("häät 14.6.2025", "Virtanen"),
    ("14.6.25 häät", "Virtanen"),
    ("hääkuvat kesäkuulta 2025", "Virtanen"),
    ("hautajaiset joulukuussa", "Rautio"),
    ("gaala tammikuussa 2025", "Café Äär Ab"),
    ("smith helmikuu", "Smith"),
    ("smith feb 2026", "Smith"),
    ("smith 2/2026", "Smith"),
    ("smith viime talvena", "Smith"),
    ("smith tänä vuonna", "Smith"),
    ("Hei, onko teillä vielä Virtasen hääkuvia kesältä 2022?", "Virtanen"),
    ("Olisiko Koskisen Ainon muotokuvia vielä tallessa", "Aino Koskinen"),
    ("do you still have the O'Brien wedding photos", "O'Brien"),
    ("har ni kvar bilderna från Wikströms bröllop", "Wikström"),
    ("xyzzy", None),
    ("Kekkonen", None),
    ("traktori", None),
    ("Zimmermann", None),
    ("Halonen", None),
    ("hevonen", None),
    ("Brandstack", None),
)


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """An index with known shoots among others of names much like theirs."""
    index = open_index(f"sqlite:///{tmp_path_factory.mktemp('index') / 'index.db'}", create=True)
    with index.write() as connection:
        stores.record_store(connection, "archive", "local")
        dice = Random(11)
        firsts, seconds = (
            ("Kaisla", "Pohja", "Metsä", "Kari", "Rauta", "Hopea", "Kivi"),
            ("ranta", "vuori", "oja", "la", "nen"),
        )
        for number in range(700):
            name = f"{dice.choice(firsts)}{dice.choice(seconds)}{dice.choice('abdeikmnoprstuvy')}{number % 37}"
            put(connection, name, dice.choice(("häät", "potretti")), f"20{dice.randint(10, 25)}-05-{dice.randint(1, 28):02}")
        for client, title, day in SHOOTS:
            put(connection, client, title, day)
    with index.read() as connection:
        yield connection
    index.close()


def test_every_case_of_a_name_leads_to_its_base_form() -> None:
    alone = [pair for pair in FORMS if pair.replace(":", "").isalpha()]
    lost = [pair for pair in alone if pair.casefold().split(":")[1] not in dict(lemmas(pair.casefold().split(":")[0]))]
    assert lost == []
    assert len(alone) > 250


@pytest.mark.parametrize(("text", "client"), QUESTIONS, ids=[text for text, _ in QUESTIONS])
def test_a_question_finds_its_client_among_the_first_three(conn: Connection, text: str, client: str | None) -> None:
    found = clients(conn, find(conn, text, today=TODAY))
    assert client in found if client is not None else not found
