"""Finding shoots by what is remembered of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from backupd.reading.folding import name_key
from backupd.search import Hit, find
from backupd.search.date_words import take_dates
from backupd.search.inflection import forms, lemmas
from backupd.search.words import shoot_words
from index import copies, folders, shoots, stores
from index.engine import open_index
from index.records import FolderRow, NewContent, NewCopy
from index.schema import gram, posting, term
from index.search import replace_terms

TODAY = date(2026, 11, 24)

# form in a folder -> base form of the name
INFLECTED = tuple(
    """
    Virtasen:Virtanen Korhosen:Korhonen Niemisen:Nieminen Hämäläisen:Hämäläinen Mäkisen:Mäkinen
    Leppäsen:Leppänen Mäkelän:Mäkelä Peltolan:Peltola Heikkilän:Heikkilä Seppälän:Seppälä Kantolan:Kantola
    Salon:Salo Ahon:Aho Laakson:Laakso Kuusiston:Kuusisto Kallion:Kallio Koivun:Koivu Harakan:Harakka
    Toikan:Toikka Lepän:Leppä Hyypän:Hyyppä Ketun:Kettu Hatun:Hattu Mäen:Mäki Käen:Käki Joen:Joki Haan:Haka
    Kurjen:Kurki Kärjen:Kärki Korven:Korpi Revon:Repo Kilven:Kilpi Haavan:Haapa Lammen:Lampi Lahden:Lahti
    Lehdon:Lehto Luodon:Luoto Rannan:Ranta Aallon:Aalto Sillan:Silta Pellon:Pelto Virran:Virta Parran:Parta
    Uusivirran:Uusivirta Hongan:Honka Kangon:Kanko Kosken:Koski Järven:Järvi Niemen:Niemi Saaren:Saari
    Vuoren:Vuori Kiven:Kivi Suden:Susi Hiiden:Hiisi Rinteen:Rinne Kankaan:Kangas Rattaan:Ratas Lumpeen:Lumme
    Laineen:Laine Halmeen:Halme Kirveen:Kirves Kauriin:Kauris Variksen:Varis Kunnaan:Kunnas Kunnaksen:Kunnas
    Söderströmin:Söderström Lindqvistin:Lindqvist Bergin:Berg Lindénin:Lindén Virtaset:Virtanen
    Virtasten:Virtanen Virtasella:Virtanen Virtaselle:Virtanen Mäkelöiden:Mäkelä Mäkelät:Mäkelä Mäkelältä:Mäkelä
    Lahtien:Lahti Peltoloiden:Peltola Haaviston:Haavisto Rautasen:Rautanen Tuomisen:Tuominen Anttilan:Anttila
    Jokelan:Jokela Hakalan:Hakala Eskolan:Eskola Salmen:Salmi Nurmen:Nurmi Lehden:Lehti Hautalan:Hautala
    Oksasen:Oksanen Karhun:Karhu Hirven:Hirvi Kauppilan:Kauppila Sillanpään:Sillanpää Ojan:Oja Ojalan:Ojala
    Rauhalan:Rauhala Vainion:Vainio Niinistön:Niinistö Aaltosen:Aaltonen Lindströmin:Lindström Holmin:Holm
    Nymanin:Nyman Kokon:Kokko Sirkan:Sirkka Ukkosen:Ukkonen Ronkaisen:Ronkainen Kinnusen:Kinnunen
    Väyrysen:Väyrynen Hietalan:Hietala Kukon:Kukko Tammen:Tammi Kuusen:Kuusi Petäjän:Petäjä Honkasen:Honkanen
    Ilveksen:Ilves Lampaan:Lammas Hankin:Hanki Sorsan:Sorsa Rantalan:Rantala
    """.split()  # noqa: SIM905 - read as text
)


@pytest.mark.parametrize("pair", INFLECTED)
def test_a_form_leads_to_its_base_form(pair: str) -> None:
    form, base = pair.casefold().split(":")
    assert base in dict(lemmas(form))


@pytest.mark.parametrize("pair", ["lehtisella:lehtinen", "miettisilta:miettinen", "niemella:niemi", "rinteelta:rinne"])
def test_a_form_typed_without_its_dots_leads_to_a_base_form_of_neutral_vowels(pair: str) -> None:
    form, base = pair.split(":")
    assert base in dict(lemmas(form))


@pytest.mark.parametrize(
    ("form", "bases"),
    [
        ("salon", {"salo", "salko"}),
        ("pellon", {"pelto", "pello"}),
        ("haavan", {"haapa", "haava"}),
        ("lokin", {"loki", "lokki"}),
    ],
)
def test_an_ambiguous_form_leads_to_all_of_them(form: str, bases: set[str]) -> None:
    assert bases <= dict(lemmas(form)).keys()


@given(st.text("aeiouyäöklmnprstvhjd", min_size=3, max_size=9))
def test_every_base_form_gives_the_form_back(word: str) -> None:
    for base, weight in lemmas(word):
        assert word in forms(base)
        assert 0 < weight < 1


def span(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14.6.2025", span("2025-06-14", "2025-06-14")),
        ("2025-06-14", span("2025-06-14", "2025-06-14")),
        ("6/2026", span("2026-06-01", "2026-06-30")),
        ("2025-06", span("2025-06-01", "2025-06-30")),
        ("2025", span("2025-01-01", "2025-12-31")),
        ("kesä 2024", span("2024-06-01", "2024-08-31")),
        ("kesällä 2024", span("2024-06-01", "2024-08-31")),
        ("heinäkuu 2026", span("2026-07-01", "2026-07-31")),
        ("heinäkuussa 2026", span("2026-07-01", "2026-07-31")),
        ("heinä-26", span("2026-07-01", "2026-07-31")),
        ("June 2025", span("2025-06-01", "2025-06-30")),
        ("juni 2025", span("2025-06-01", "2025-06-30")),
        ("vko 24 2026", span("2026-06-08", "2026-06-14")),
        ("vko 24", span("2026-06-08", "2026-06-14")),
        ("vko 53 2026", span("2026-12-28", "2027-01-03")),
        ("viime kesä", span("2026-06-01", "2026-08-31")),
        ("6.–7.6.2026", span("2026-06-06", "2026-06-07")),
        ("14. kesäkuuta 2025", span("2025-06-14", "2025-06-14")),
    ],
)
def test_date_words(text: str, expected: tuple[date, date]) -> None:
    rest, found = take_dates(f"virtanen {text} häät", TODAY)
    assert rest.split() == ["virtanen", "häät"]
    assert len(found) == 1
    assert expected == found[0][1][0]


@pytest.mark.parametrize("text", ["31.2.2025", "vko 60", "99/2025", "virtanen 12"])
def test_what_is_no_date_is_left_a_word(text: str) -> None:
    _, found = take_dates(text, TODAY)
    assert all(span[0] <= span[1] for _, spans in found for span in spans)


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """An index with a few known shoots among two thousand others."""
    index = open_index(f"sqlite:///{tmp_path_factory.mktemp('index') / 'index.db'}", create=True)
    with index.write() as connection:
        stores.record_store(connection, "archive", "local")
        dice = Random(7)
        firsts, seconds = (
            ("Kaisla", "Pohja", "Metsä", "Kari", "Rauta", "Hopea", "Sini"),
            ("ranta", "vuori", "oja", "la", "nen"),
        )
        for number in range(2000):
            name = f"{dice.choice(firsts)}{dice.choice(seconds)}{dice.choice('abcdeikmnoprstuvy')}{number % 37}"
            put(
                connection,
                name,
                dice.choice(("häät", "potretti", "rippikuvat")),
                f"20{dice.randint(10, 25)}-05-{dice.randint(1, 28):02}",
            )
        for form in INFLECTED:
            put(connection, form.split(":")[1], "muotokuva", "2024-02-02")
        put(connection, "Hietaniemi & Laukkanen", "häät", "2026-06-06", people=["Aino Hietaniemi", "Sulo Petäjistö"])
        put(
            connection,
            "Kuvitus Lumo Oy",
            "tuotekuvat",
            "2026-06-12",
            files=["IMG_4711.CR3", "_DSC1234.nef", "lumo_logo_01.tif"],
        )
        put(connection, "Mäntymäki", "ristiäiset", "2025-06-14")
        put(connection, "Virtasen", "häät", "2024-08-03")
    with index.read() as connection:
        yield connection
    index.close()


_serial = iter(range(1, 1_000_000))


def put(
    conn: Connection, client: str, title: str, day: str, people: list[str] | None = None, files: list[str] | None = None
) -> int:
    key = name_key(client)
    client_id = shoots.find_client(conn, key) or shoots.add_client(conn, client, key)
    number = next(_serial)
    id = shoots.add_shoot(conn, str(number), client_id=client_id, title=title, first_day=day, last_day=day)
    path = f"{day} {client} {title}"
    folders.add_folders(conn, 1, [FolderRow(number, f"{number}/{path}", None, None, True, len(files or []))])
    shoots.place_folders(conn, [(number, id, True)])
    for name in files or []:
        content = next(_serial)
        copies.add_contents(
            conn, [NewContent(content, 1, None, None, None, "p", None, None, None, None, None, None, 0)]
        )
        copies.add_copies(conn, [NewCopy(content, number, name, content, 1, 1, None, None, "p", "h", 0)])
    replace_terms(conn, {id: shoot_words(client, [], title, [path], people or [], files or [])})
    return id


def clients(conn: Connection, hits: list[Hit], most: int = 3) -> list[str | None]:
    rows = shoots.get_shoots(conn, [hit.shoot_id for hit in hits])
    return [rows[hit.shoot_id].client for hit in hits[:most]]


@pytest.mark.parametrize("pair", INFLECTED)
def test_an_inflected_name_finds_the_client_among_the_first_three(conn: Connection, pair: str) -> None:
    form, base = pair.split(":")
    assert base in clients(conn, find(conn, form, today=TODAY))


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("mantymaki", "Mäntymäki"),
        ("Mäntymäen ristiäiset", "Mäntymäki"),
        ("mäntymäki kesä 2025", "Mäntymäki"),
        ("mäntymäki 14.6.2025", "Mäntymäki"),
        ("ristiäiset 6/2025", "Mäntymäki"),
        ("mäntymkäi", "Mäntymäki"),
        ("hietaniemi laukkanen", "Hietaniemi & Laukkanen"),
        ("Hietaniemen ja Laukkasen häät", "Hietaniemi & Laukkanen"),
        ("sulo petäjistö", "Hietaniemi & Laukkanen"),
        ("hietaniemi wedding", "Hietaniemi & Laukkanen"),
        ("kuvitus lumo oy:n", "Kuvitus Lumo Oy"),
        ("lumo vko 24 2026", "Kuvitus Lumo Oy"),
        ("IMG_4711", "Kuvitus Lumo Oy"),
        ("IMG_4711.CR3", "Kuvitus Lumo Oy"),
        ("4711", "Kuvitus Lumo Oy"),
        ("_DSC1234.nef", "Kuvitus Lumo Oy"),
        ("logo", "Kuvitus Lumo Oy"),
        ("Virtanen häät", "Virtasen"),
        ("hietan", "Hietaniemi & Laukkanen"),
    ],
)
def test_a_half_remembered_shoot_is_the_first(conn: Connection, text: str, client: str) -> None:
    hits = find(conn, text, today=TODAY)
    assert clients(conn, hits, 1) == [client]
    assert hits[0].reasons


def test_filters_restrict_to_their_field(conn: Connection) -> None:
    assert find(conn, "", client="Petäjistö", today=TODAY) == [] or "Hietaniemi & Laukkanen" not in clients(
        conn, find(conn, "", client="Petäjistö", today=TODAY)
    )
    assert clients(conn, find(conn, "", participant="Petäjistö", today=TODAY), 1) == ["Hietaniemi & Laukkanen"]
    assert clients(conn, find(conn, "", file="DSC1234", today=TODAY), 1) != ["Mäntymäki"]
    between = find(conn, "", first=date(2026, 6, 1), last=date(2026, 6, 30), today=TODAY)
    assert set(clients(conn, between, 9)) == {"Hietaniemi & Laukkanen", "Kuvitus Lumo Oy"}


def test_words_that_match_nothing_lower_the_score_but_empty_nothing(conn: Connection) -> None:
    full = find(conn, "mäntymäki", today=TODAY)[0]
    more = find(conn, "mäntymäki qqqqqq", today=TODAY)[0]
    assert more.shoot_id == full.shoot_id
    assert more.score < full.score
    assert find(conn, "qqqqqq", today=TODAY) == []


def test_ties_are_all_shown(conn: Connection) -> None:
    hits = find(conn, "potretti", today=TODAY, limit=3)
    assert len(hits) > 3
    assert len({hit.score for hit in hits}) == 1


@given(st.text(max_size=60))
def test_any_question_has_an_answer(conn: Connection, text: str) -> None:
    hits = find(conn, text, today=TODAY, limit=5)
    assert all(0 < hit.score <= 1 for hit in hits)
    assert hits == find(conn, text, today=TODAY, limit=5)


def test_a_name_that_is_gone_is_in_no_table(tmp_path: Path) -> None:
    index = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    with index.write() as connection:
        stores.record_store(connection, "archive", "local")
        id = put(connection, "Salainen", "häät", "2026-06-06")
        replace_terms(connection, {id: {"c": {"toinen"}}})
        assert set(connection.execute(select(term.c.text)).scalars()) == {"toinen"}
        replace_terms(connection, {id: {}})
        assert connection.execute(select(posting)).all() == []
        assert connection.execute(select(gram)).all() == []
    index.close()
