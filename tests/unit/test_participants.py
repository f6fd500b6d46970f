"""Participant lists in every format, in Finnish, Swedish and English; nobody is invented."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.reading.participants import is_list_format, looks_like_list, read_participants
from backupd.reading.records import ListReading, Participant

DAY = date(2026, 6, 6)
SHARED = Path(__file__).parents[2].parent / "shared" / "corpora" / "participants"


def read(name: str, data: bytes | str) -> ListReading:
    return read_participants(name, data.encode() if isinstance(data, str) else data, reference_day=DAY)


def names(reading: ListReading) -> list[str]:
    return [person.name for person in reading.participants]


def only(reading: ListReading) -> Participant:
    assert len(reading.participants) == 1, reading
    return reading.participants[0]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared lists are not here")
def test_the_shared_lists_are_read_rightly() -> None:
    def told(phone: str | None) -> str | None:
        return re.sub(r"\D", "", phone) if phone else phone

    wrong = []
    for path in sorted(SHARED.glob("*.expected.json")):
        expected = json.loads(path.read_text())
        data = (SHARED / expected["file"]).read_bytes()
        day = date.fromisoformat(expected["reference_date"])
        reading = read_participants(expected["file"], data, reference_day=day)
        found = {(p.name, p.role, p.email, told(p.phone), p.minor, p.consent) for p in reading.participants}
        people = {
            (p["name"], p["role"], p["email"], told(p["phone"]), p["minor"], p["consent"]) for p in expected["people"]
        }
        if found != people or (expected["status"] in ("partial", "unreadable") and not reading.problems):
            wrong.append((expected["file"], people - found, found - people))
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "name", "role", "email", "phone"),
    [
        ("Kaisa Ranta", "Kaisa Ranta", None, None, None),
        ("- Kaisa Ranta – morsian", "Kaisa Ranta", "morsian", None, None),
        ("3. Kaisa Ranta (kaaso)", "Kaisa Ranta", "kaaso", None, None),
        (
            "Kaisa Ranta, juontaja, kaisa@example.fi, 040 000 0201",
            "Kaisa Ranta",
            "juontaja",
            "kaisa@example.fi",
            "040 000 0201",
        ),
        ("Ranta, Kaisa", "Kaisa Ranta", None, None, None),
        ("Carl von Essen <carl@example.org>", "Carl von Essen", None, "carl@example.org", None),
        ("Anna-Liisa Mäki-Petäjä\tlaulu\t+358 40 0000202", "Anna-Liisa Mäki-Petäjä", "laulu", None, "+358 40 0000202"),
        ("Siân O'Neill - guitar", "Siân O'Neill", "guitar", None, None),
    ],
)
def test_a_person_on_a_line(line: str, name: str, role: str | None, email: str | None, phone: str | None) -> None:
    person = only(read("lista.txt", line))
    assert (person.name, person.role, person.email, person.phone, person.where) == (name, role, email, phone, "line 1")
    assert (person.minor, person.consent) == (None, None)


@pytest.mark.parametrize(
    "line",
    ["Osallistujat", "Vieraslista 6.6.2026", "Kaikki tulevat klo 14.", "Sivu 1 / 2", "# Kaisa Ranta", "Ranta Oy, info@ranta.example",
     "yhteensä 12", "Kesäjuhla", "=SUM(A1:A3)", "~~Kaisa Ranta~~", "------", "Guest list", "puh. 040 000 0203"],
)  # fmt: skip
def test_what_is_no_person_gives_none(line: str) -> None:
    assert names(read("lista.txt", line)) == []


def test_columns_are_known_by_their_headings() -> None:
    reading = read(
        "osallistujat.csv",
        "Kevätkonsertti;;;;;\n;;;;;\nSukunimi;Etunimi;Syntynyt;Huoltajan puhelin;Kuvauslupa;Huom\n"
        "Ranta;Kaisa;2.3.2014;0400000204;kyllä;\nSalo;Eero;1.1.1980;;;ei saa julkaista\nLaine;Aino;;;lupa puuttuu;\n"
        "Yhteensä;3;;;;\n",
    )
    assert [(p.name, p.minor, p.consent, p.phone) for p in reading.participants] == [
        ("Kaisa Ranta", True, "yes", None),
        ("Eero Salo", False, "no", None),
        ("Aino Laine", None, None, None),
    ]
    assert reading.participants[0].where == "row 4"


@pytest.mark.parametrize(
    ("value", "consent"),
    [("kyllä", "yes"), ("x", "yes"), ("Ja", "yes"), ("Y", "yes"), ("true", "yes"), ("ei", "no"), ("E", "no"), ("Nej", "no"), ("false", "no"),
     ("", None), ("?", None), ("odottaa", None), ("lupa puuttuu", None), ("kysytään", None), ("-", None), ("ei saa julkaista", "no")],
)  # fmt: skip
def test_only_a_clear_yes_is_one(value: str, consent: str | None) -> None:
    assert only(read("a.csv", f"Nimi;Lupa\nKaisa Ranta;{value}\n")).consent == consent


@pytest.mark.parametrize("heading", ["Ei saa kuvata", "Kuvauskielto", "No photos"])
def test_a_list_of_refusals_gives_refusals_and_no_permissions(heading: str) -> None:
    reading = read("a.csv", f"Name;{heading}\nKaisa Ranta;x\nEero Salo;\n")
    assert [(p.name, p.consent) for p in reading.participants] == [("Kaisa Ranta", "no"), ("Eero Salo", None)]


@pytest.mark.parametrize(("age", "minor"), [("17", True), ("18", False), ("11 v", True), ("", None), ("?", None)])
def test_ages(age: str, minor: bool | None) -> None:
    assert only(read("a.csv", f"Nimi,Ikä\nKaisa Ranta,{age}\n")).minor is minor


@pytest.mark.parametrize(
    ("born", "minor"),
    [("7.6.2008", True), ("6.6.2008", False), ("2008", None), ("2010", True), ("1999", False), ("2008-12-31", True)],
)
def test_birth_days_count_on_the_day_of_the_shoot(born: str, minor: bool | None) -> None:
    assert only(read("a.csv", f"Nimi;Syntymäaika\nKaisa Ranta;{born}\n")).minor is minor
    assert (
        read_participants("a.csv", f"Nimi;Syntymäaika\nKaisa Ranta;{born}\n".encode(), reference_day=None)
        .participants[0]
        .minor
        is None
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_and_encodings(encoding: str, delimiter: str) -> None:
    text = "Nimi;Rooli\nVäinö Pöysti;hääpari\nÅsa Öhman;kaaso\n".replace(";", delimiter)
    assert names(read("a.csv", text.encode(encoding))) == ["Väinö Pöysti", "Åsa Öhman"]


def test_two_people_in_one_cell_are_two_only_where_that_is_certain() -> None:
    assert names(read("a.csv", "Nimi;Rooli\nKaisa Ranta & Eero Salo;hääpari\n")) == ["Kaisa Ranta", "Eero Salo"]
    unclear = read("a.csv", "Nimi;Rooli\nKaisa ja Eero Salo;hääpari\n")
    assert names(unclear) == []
    assert unclear.problems[0].where == "row 2"


def workbook(**sheets: list[list[object]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_excel_with_struck_out_hidden_and_formula_rows() -> None:
    from openpyxl import load_workbook
    from openpyxl.styles import Font

    rows: list[list[object]] = [
        ["Häät"],
        ["Nimi", "Puhelin"],
        ["Kaisa Ranta", 400000205],
        ["Poistettu Henkilö", ""],
        ["=A1&B1", ""],
        ["Piilo Salo", ""],
    ]
    book = load_workbook(io.BytesIO(workbook(Lista=rows, Aikataulu=[["Klo", "Ohjelma"], ["9.00", "Kahvi"]])))
    book["Lista"]["A4"].font = Font(strike=True)
    book["Lista"].row_dimensions[6].hidden = True
    file = io.BytesIO()
    book.save(file)
    reading = read("lista.xlsx", file.getvalue())
    assert [(p.name, p.phone, p.where) for p in reading.participants] == [("Kaisa Ranta", "400000205", "Lista!A3")]
    assert {problem.where for problem in reading.problems} == {"Lista!A5", "Lista!A6"}


def test_word_with_struck_out_and_deleted_text() -> None:
    from docx import Document

    document = Document()
    document.add_heading("Osallistujat", 1)
    document.add_paragraph("Kuvaamme kaikki vieraat ennen illallista puistossa.")
    document.add_paragraph("Kaisa Ranta - kaaso", style="List Bullet")
    document.add_paragraph("", style="List Bullet").add_run("Eero Poistettu").font.strike = True
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ["Nimi", "Rooli", "Aino Laine", "vieras"], strict=True
    ):
        cell.text = text
    file = io.BytesIO()
    document.save(file)
    reading = read("vieraat.docx", file.getvalue())
    assert [(p.name, p.role) for p in reading.participants] == [("Kaisa Ranta", "kaaso"), ("Aino Laine", "vieras")]


def opendocument(body: str, styles: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body>{body}</office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", content)
    return file.getvalue()


def test_opendocument_text_and_sheet() -> None:
    struck = '<style:style style:name="S"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    text = (
        "<office:text><text:h>Kutsutut</text:h><text:p>Kaisa Ranta, kaaso</text:p>"
        '<text:p><text:span text:style-name="S">Eero Poistettu</text:span></text:p></office:text>'
    )
    assert names(read("a.odt", opendocument(text, struck))) == ["Kaisa Ranta"]

    def row(*cells: str, extra: str = "") -> str:
        inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        return f"<table:table-row {extra}>{inner}</table:table-row>"

    sheet = (
        f'<office:spreadsheet><table:table table:name="T">{row("Nimi", "Rooli")}{row("Kaisa Ranta", "kaaso")}'
        + row("Piilo Salo", "x", extra='table:visibility="collapse"')
    )
    sheet += '<table:table-row table:number-rows-repeated="1000000"/></table:table></office:spreadsheet>'
    reading = read("a.ods", opendocument(sheet))
    assert names(reading) == ["Kaisa Ranta"]
    assert len(reading.problems) == 1


def test_json_yaml_markdown_and_vcard() -> None:
    people = [{"firstName": "Kaisa", "lastName": "Ranta", "consent": True}, {"name": "Eero Salo", "minor": False}]
    reading = read("a.json", json.dumps({"event": "Kevätjuhla", "crew": {"people": people}}))
    assert [(p.name, p.consent, p.minor) for p in reading.participants] == [
        ("Kaisa Ranta", "yes", None),
        ("Eero Salo", None, False),
    ]
    reading = read("a.yaml", "guests:\n  - name: Kaisa Ranta\n    photo_consent: no\n    phone: 0400000206\n")
    assert (only(reading).consent, only(reading).phone) == ("no", "0400000206")
    assert names(
        read("a.md", "# Cast\n\n- **Kaisa Ranta** – lead\n\n| Name | Role |\n|---|---|\n| Eero Salo | bass |\n")
    ) == [
        "Kaisa Ranta",
        "Eero Salo",
    ]
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ranta;Kaisa;;;\r\nFN:Kaisa Ranta\r\nTEL:+358400000207\r\nEND:VCARD\r\n"
    company = "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Ranta Oy\r\nEND:VCARD\r\n"
    assert names(read("a.vcf", card + company)) == ["Kaisa Ranta"]


def pdf(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 50 700 Td 14 TL ({text.replace(chr(10), ') Tj T* (')}) Tj ET".encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /MediaBox [0 0 600 800] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


def test_pdf_text_and_scans() -> None:
    assert names(read("a.pdf", pdf("Osallistujat 6.6.2026\nKaisa Ranta - puhuja\nSivu 1 / 1"))) == ["Kaisa Ranta"]
    assert "scan" in read("a.pdf", pdf("")).problems[0].reason


@cache
def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 200_000_000)
        archive.writestr("content.xml", b" " * 200_000_000)
        archive.writestr("xl/workbook.xml", b" " * 200_000_000)
    return file.getvalue()


@pytest.mark.parametrize("ending", ["xlsx", "docx", "odt", "ods", "pdf", "vcf", "json", "yaml", "csv", "txt", "md"])
def test_hostile_lists_give_a_reason_and_nobody(ending: str) -> None:
    entities = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    laughs = io.BytesIO()
    with zipfile.ZipFile(laughs, "w") as archive:
        for member in ("content.xml", "word/document.xml"):
            archive.writestr(member, entities)
    for data in (
        bomb(),
        laughs.getvalue(),
        b"\0" * 5000,
        b"\xff\xfe\x00" * 999,
        b"[" * 100_000,
        b"PK\x03\x04" + b"x" * 500,
    ):
        reading = read(f"lista.{ending}", data)
        assert reading.participants == ()
        assert reading.problems


def test_aliases_that_multiply_are_refused() -> None:
    text = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [{', '.join(['*a'] * 9)}]\n" for n in range(20))
    assert read("a.yaml", text).problems


@given(
    st.binary(max_size=400), st.sampled_from(["txt", "csv", "xlsx", "docx", "odt", "pdf", "md", "json", "yaml", "vcf"])
)
def test_any_bytes_are_read_without_an_error(data: bytes, ending: str) -> None:
    reading = read(f"lista.{ending}", data)
    assert all(person.name for person in reading.participants)


@given(st.text(max_size=200))
def test_a_heading_above_adds_nobody(text: str) -> None:
    before = names(read("a.txt", text))
    assert (
        names(read("a.txt", f"Osallistujat:\n{text}")) == before
        or "\t" in text
        or ";" in text
        or "," in text
        or "|" in text
    )


@pytest.mark.parametrize(
    ("name", "is_list"),
    [("Osallistujat.xlsx", True), ("osallistujalista 2026.csv", True), ("01_participants.txt", True), ("Gästlista.docx", True), ("call_sheet.pdf", True),
     ("sopimus.pdf", False), ("lasku 123.pdf", False), ("shot list.txt", False), ("SCENE_REPORT.CSV", False), ("osallistujat.jpg", False)],
)  # fmt: skip
def test_lists_are_known_by_their_names(name: str, is_list: bool) -> None:
    assert looks_like_list(name) is is_list
    assert is_list_format(name) is not name.endswith(".jpg")


def told(reading: ListReading) -> list[tuple[str, str | None, str | None]]:
    return [(person.name, person.role, person.phone) for person in reading.participants]


def test_a_label_before_a_name_is_its_role_and_no_part_of_the_name() -> None:
    reading = read("a.txt", "Morsian: Saara Lindgren\nVihkijä: Hannu Suomi, 040 5551235\nKuvaaja: Valo Oy\n")
    assert told(reading) == [("Saara Lindgren", "Morsian", None), ("Hannu Suomi", "Vihkijä", "040 5551235")]


def test_lines_below_a_name_with_their_labels_belong_to_it() -> None:
    text = (
        "Nimi: Saara Lindgren\nRooli: laulaja\nPuhelin: 040 555 1234\nSyntynyt: 1.2.2015\nLupa: ei\n\nNimi: Eero Salo\n"
    )
    saara, eero = read("a.txt", text).participants
    assert (saara.role, saara.phone, saara.minor, saara.consent) == ("laulaja", "040 555 1234", True, "no")
    assert (eero.role, eero.phone, eero.minor, eero.consent) == (None, None, None, None)


@pytest.mark.parametrize("line", ["T. Kaija", "Terveisin Kaisa", "Äiti Öhman", "Vihkijä: Turun linna"])
def test_who_signs_or_is_named_by_a_relation_takes_no_part(line: str) -> None:
    assert names(read("a.txt", f"Kaisa Ranta\n{line}\n")) == ["Kaisa Ranta"]


@pytest.mark.parametrize(
    ("line", "role", "phone"),
    [
        ("Saara Lindgren / laulaja / 0405551234", "laulaja", "0405551234"),
        ("Saara Lindgren     laulaja     040 5551234", "laulaja", "040 5551234"),
        ("Saara Lindgren 040-5551234 laulaja", "laulaja", "040-5551234"),
    ],
)
def test_fields_may_be_parted_by_slashes_blanks_or_a_phone(line: str, role: str, phone: str) -> None:
    assert told(read("a.txt", line)) == [("Saara Lindgren", role, phone)]


def test_a_remark_of_two_parts_is_read_part_by_part() -> None:
    person = only(read("a.txt", "Mika Rauta (alaikäinen, 15 v)"))
    assert (person.role, person.minor) == (None, True)


def test_a_group_above_its_members_is_nobody() -> None:
    reading = read("a.csv", "Nimi;Puhelin\nSOPRAANOT;\nLiisa Mäki;040 1112222\nBASSOT;\nKari;\nMadonna;040 1112223\n")
    assert names(reading) == ["Liisa Mäki", "Kari", "Madonna"]
    assert [problem.where for problem in reading.problems] == ["row 2", "row 4"]


def test_surnames_that_stand_first_are_turned_where_the_list_shows_it() -> None:
    assert names(read("a.csv", "Oppilas;Luokka\nKoski Ida;3B\nTervo Otto;3B\n")) == ["Ida Koski", "Otto Tervo"]
    assert names(read("a.csv", "Nimi;Luokka\nIda Koski;3B\nTervo Otto;3B\n")) == ["Ida Koski", "Tervo Otto"]


def test_a_column_of_names_may_hold_what_a_line_may_not() -> None:
    assert names(read("a.csv", "Name;Role\nTom Street;bass\nDr Anna Page;host\n")) == ["Tom Street", "Anna Page"]


def test_places_and_companies_in_json_are_nobody_and_a_contact_belongs_to_its_person() -> None:
    data = {
        "venue": {"name": "Kulttuuritalo", "email": "talo@example.com"},
        "crew": [{"name": "Ida Koski", "contact": {"email": "ida@example.com"}, "guardian": {"name": "Ulla Koski"}}],
        "soittajat": ["Kari Niemi", "Otto Salo"],
        "ohjelma": ["Kari Niemi", "Väliaika"],
    }
    reading = read("a.json", json.dumps(data))
    assert [(p.name, p.email) for p in reading.participants] == [
        ("Ida Koski", "ida@example.com"),
        ("Kari Niemi", None),
        ("Otto Salo", None),
    ]


def test_a_swedish_permission_is_known_by_its_heading() -> None:
    reading = read("a.csv", "Förnamn;Efternamn;Fotolov\nElsa;Lind;ja\nNils;Berg;nej\n")
    assert [(p.name, p.consent) for p in reading.participants] == [("Elsa Lind", "yes"), ("Nils Berg", "no")]
