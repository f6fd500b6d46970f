"""Participant lists of our own, in every format, each with what a sensible person would take from it.

All people, addresses and numbers are invented. The shoot's day is 14 June 2025.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Own:
    """One list: its bytes, the people in it as (name, role, email, phone digits, minor, consent), and if it needs a person."""

    name: str
    data: bytes
    people: tuple[tuple[str, str | None, str | None, str | None, bool | None, str | None], ...]
    review: bool = False


def who(
    name: str,
    role: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    minor: bool | None = None,
    consent: str | None = None,
) -> tuple[str, str | None, str | None, str | None, bool | None, str | None]:
    """Return one person as expected."""
    return name, role, email, phone, minor, consent


def xlsx(*sheets: tuple[str, Sequence[Sequence[Any]]], shape: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook of the sheets; `shape` may alter it before it is saved."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if shape is not None:
        shape(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str) -> bytes:
    """Return a Word document with this body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def par(text: str, style: str = "", run: str = "") -> str:
    """Return a paragraph."""
    shape = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{shape}<w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def tbl(*rows: Sequence[str], struck: int = -1) -> str:
    """Return a table; the row `struck` is struck out."""
    made = []
    for number, row in enumerate(rows):
        cells = "".join(f"<w:tc>{par(cell, run='<w:strike/>' if number == struck else '')}</w:tc>" for cell in row)
        made.append(f"<w:tr>{cells}</w:tr>")
    return f"<w:tbl>{''.join(made)}</w:tbl>"


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "text", "table", "style"))


def odf(kind: str, inner: str, styles: str = "") -> bytes:
    """Return an OpenDocument file: `kind` is text or spreadsheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "content.xml",
            f"<office:document-content {_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{inner}</office:{kind}></office:body></office:document-content>",
        )
    return out.getvalue()


def ods(*rows: Sequence[str], hidden: Sequence[int] = ()) -> bytes:
    """Return a spreadsheet of one sheet."""
    made = []
    for number, row in enumerate(rows):
        seen = ' table:visibility="collapse"' if number in hidden else ""
        cells = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        made.append(f"<table:table-row{seen}>{cells}</table:table-row>")
    return odf("spreadsheet", f'<table:table table:name="Lista">{"".join(made)}</table:table>')


def pdf(*lines: str) -> bytes:
    """Return a PDF of one page with these lines."""
    text = " ".join(f"({line}) Tj 0 -18 Td" for line in lines).encode("cp1252")
    stream = b"BT /F1 12 Tf 50 780 Td " + text + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _hide(*numbers: int) -> Callable[[Any], None]:
    def shape(book: Any) -> None:
        for number in numbers:
            book.worksheets[0].row_dimensions[number].hidden = True

    return shape


def _merge(*ranges: str) -> Callable[[Any], None]:
    def shape(book: Any) -> None:
        for each in ranges:
            book.worksheets[0].merge_cells(each)

    return shape


def _strike(*numbers: int) -> Callable[[Any], None]:
    def shape(book: Any) -> None:
        from openpyxl.styles import Font

        for number in numbers:
            for cell in book.worksheets[0][number]:
                cell.font = Font(strike=True)

    return shape


def _u(text: str) -> bytes:
    return text.encode()


LISTS: tuple[Own, ...] = (
    # Plain text
    Own("osallistujat.txt", _u("Veera Tuomi\nJuho Tuomi\n\nKiitos!\n"), (who("Veera Tuomi"), who("Juho Tuomi"))),
    Own(
        "vieraslista.txt",
        _u(
            "Vieraslista 14.6.2025\n=====================\n1. Veera Tuomi\n2. Juho Tuomi\n3) Sanna-Kaisa Rönkä\nYhteensä 3 henkilöä\n"
        ),
        (who("Veera Tuomi"), who("Juho Tuomi"), who("Sanna-Kaisa Rönkä")),
    ),
    Own(
        "mukana.txt",
        _u("Morsian: Veera Tuomi\nSulhanen: Juho Hakala\nKaaso: Iida Peltola, p. 040 000 0201\nPappi: Markus Lind\n"),
        (
            who("Veera Tuomi", "Morsian"),
            who("Juho Hakala", "Sulhanen"),
            who("Iida Peltola", "Kaaso", None, "0400000201"),
            who("Markus Lind", "Pappi"),
        ),
    ),
    Own(
        "esiintyjät.txt",
        _u("Esiintyjät:\n- Veera Tuomi (laulu)\n- Juho Hakala (kitara)\n- Trio Kolme\nRoudarit: Pekka, Ville\n"),
        (who("Veera Tuomi", "laulu"), who("Juho Hakala", "kitara")),
    ),
    Own(
        "guests.txt",
        _u(
            "GUEST LIST\n\nMr. Thomas Hill\nMrs Emily O'Neill\nDr. Anna van der Berg\n\nTotal: 3 guests\nPrepared by the office\n"
        ),
        (who("Thomas Hill"), who("Emily O'Neill"), who("Anna van der Berg")),
    ),
    Own(
        "deltagare.txt",
        "Deltagare vid bröllopet\r\n\r\nÅsa Öberg – brud\r\nPär Sjöström – brudgum\r\nTotalt 2 personer\r\n".encode(
            "cp1252"
        ),
        (who("Åsa Öberg", "brud"), who("Pär Sjöström", "brudgum")),
    ),
    Own(
        "nimilista.txt",
        "Nimilista\rÄijö Määttä\rÖrjan Ånäs\r".encode("mac_roman"),
        (who("Äijö Määttä"), who("Örjan Ånäs")),
    ),
    Own(
        "osallistujat utf16.txt",
        "Veera Tuomi\r\nHilkka Äyräs\r\n".encode("utf-16"),
        (who("Veera Tuomi"), who("Hilkka Äyräs")),
    ),
    Own(
        "kuvattavat.txt",
        _u("Tuomi, Veera\nHakala, Juho\nPeltola, Iida\n"),
        (who("Veera Tuomi"), who("Juho Hakala"), who("Iida Peltola")),
    ),
    Own(
        "kutsutut.txt",
        _u(
            "Hei kaikki!\n\nTässä lista lauantain juhliin tulijoista. Muistakaa parkkipaikat.\n\nVeera Tuomi\nJuho Hakala\n\nTerveisin\nAnna-Liisa\n"
        ),
        (who("Veera Tuomi"), who("Juho Hakala")),
    ),
    # CSV
    Own(
        "osallistujat.csv",
        "Sukunimi;Etunimi;Sähköposti;Puhelin;Kuvauslupa\nTuomi;Veera;veera@example.com;0400000301;kyllä\n"
        "Hakala;Juho;;;ei\nPeltola;Iida;;;\nLind;Markus;;;?\n".encode("cp1252"),
        (
            who("Veera Tuomi", None, "veera@example.com", "0400000301", None, "yes"),
            who("Juho Hakala", None, None, None, None, "no"),
            who("Iida Peltola"),
            who("Markus Lind"),
        ),
    ),
    Own(
        "participants.csv",
        _u(
            '"Last name","First name","E-mail","Mobile","Consent given"\n"Hill","Thomas","t.hill@example.org","+44 20 7946 0001","Y"\n'
            '"O\'Neill","Emily","","","N"\n'
        ),
        (
            who("Thomas Hill", None, "t.hill@example.org", "442079460001", None, "yes"),
            who("Emily O'Neill", None, None, None, None, "no"),
        ),
    ),
    Own(
        "deltagarlista.csv",
        "Efternamn;Förnamn;E-post;Telefon;Fotolov\r\nÖberg;Åsa;asa@example.com;050 000 0302;ja\r\nSjöström;Pär;;;nej\r\n"
        "Ek;Lo;;;\r\n".encode("utf-16"),
        (
            who("Åsa Öberg", None, "asa@example.com", "0500000302", None, "yes"),
            who("Pär Sjöström", None, None, None, None, "no"),
            who("Lo Ek"),
        ),
    ),
    Own(
        "oppilaat 7B.csv",
        _u(
            "Oppilas,Syntymäaika,Huoltaja,Huoltajan puhelin,Kuvauslupa\n"
            "Aava Lehto,3.4.2012,Mari Lehto,0400000401,x\nEliel Ojala,12.12.2011,Timo Ojala,0400000402,\n"
        ),
        (
            who("Aava Lehto", None, None, None, True, "yes"),
            who("Eliel Ojala", None, None, None, True, None),
        ),
    ),
    Own(
        "osallistujat2.csv",
        _u(
            "Kivikosken koulun kevätjuhla;;;\nPäivä: 14.6.2025;;;\n;;;\nNro;Nimi;Tehtävä;Puh\n1;Veera Tuomi;juontaja;040 000 0501\n"
            "2;Juho Hakala;puhuja;\n;;;\nYhteensä;2;;\nHuom! Kuvaaja paikalla klo 12;;;\n"
        ),
        (who("Veera Tuomi", "juontaja", None, "0400000501"), who("Juho Hakala", "puhuja")),
    ),
    Own(
        "guest list.csv",
        _u("Name|Table|RSVP|Diet\nThomas Hill|4|yes|vegan\nEmily O'Neill|4|no|\n"),
        (who("Thomas Hill"), who("Emily O'Neill")),
    ),
    Own(
        "people.csv",
        _u("sep=;\nName;Role;Email\nThomas Hill;speaker;thomas@example.org\nAcme Ltd;sponsor;info@example.org\n"),
        (who("Thomas Hill", "speaker", "thomas@example.org"),),
        review=True,
    ),
    Own(
        "cast.csv",
        _u('Actor,Character,Phone\n"Hill, Thomas",The Butler,020 7946 0002\n"O\'Neill, Emily",The Maid,\n'),
        (who("Thomas Hill", "The Butler", None, "02079460002"), who("Emily O'Neill", "The Maid")),
    ),
    Own(
        "osallistujat ikä.csv",
        _u("Nimi;Ikä;Rooli\nVeera Tuomi;17;laulaja\nJuho Hakala;18;laulaja\nAnna-Liisa Kivi;45 v;opettaja\nEliel Ojala;;\n"),
        (
            who("Veera Tuomi", "laulaja", None, None, True),
            who("Juho Hakala", "laulaja", None, None, False),
            who("Anna-Liisa Kivi", "opettaja", None, None, False),
            who("Eliel Ojala"),
        ),
    ),
    Own(
        "elever.csv",
        _u("Elev;Klass;Får fotas\nLo Ek;3B;ja\nÅsa Lind;3B;nej\nKim Berg;3B;vet ej\n"),
        (
            who("Lo Ek", None, None, None, True, "yes"),
            who("Åsa Lind", None, None, None, True, "no"),
            who("Kim Berg", None, None, None, True, None),
        ),
    ),
    Own(
        "osallistujat luvat.csv",
        _u(
            "Nimi;Julkaisulupa\nVeera Tuomi;✓\nJuho Hakala;✗\nIida Peltola;X\nMarkus Lind;-\nAnna-Liisa Kivi;odottaa\nEliel Ojala;ei vielä\n"
        ),
        (
            who("Veera Tuomi", consent="yes"),
            who("Juho Hakala", consent="no"),
            who("Iida Peltola", consent="yes"),
            who("Markus Lind"),
            who("Anna-Liisa Kivi"),
            who("Eliel Ojala"),
        ),
    ),
    Own(
        "osallistujat huom.csv",
        _u("Nimi;Huom\nVeera Tuomi;ei saa julkaista\nJuho Hakala;tulee myöhässä\nIida Peltola;allergia: pähkinä\n"),
        (who("Veera Tuomi", consent="no"), who("Juho Hakala"), who("Iida Peltola")),
    ),
    # Excel
    Own(
        "osallistujat.xlsx",
        xlsx(
            (
                "Lista",
                [
                    ["Lehto Oy kesäjuhlat"],
                    [],
                    ["Nimi", "Sähköposti", "Puhelin", "Kuvauslupa"],
                    ["Veera Tuomi", "veera@example.com", 400000601, "kyllä"],
                    ["Juho Hakala", None, 358400000602, "ei"],
                    ["Yhteensä", 2, None, None],
                ],
            ),
            shape=_merge("A1:D1"),
        ),
        (
            who("Veera Tuomi", None, "veera@example.com", "400000601", None, "yes"),
            who("Juho Hakala", None, None, "358400000602", None, "no"),
        ),
    ),
    Own(
        "osallistujat piilo.xlsx",
        xlsx(
            ("Lista", [["Nimi", "Rooli"], ["Veera Tuomi", "laulu"], ["Juho Hakala", "basso"], ["Iida Peltola", "rummut"]]),
            shape=_hide(3),
        ),
        (who("Veera Tuomi", "laulu"), who("Iida Peltola", "rummut")),
        review=True,
    ),
    Own(
        "osallistujat veto.xlsx",
        xlsx(("Lista", [["Nimi", "Rooli"], ["Veera Tuomi", "laulu"], ["Juho Hakala", "basso"]]), shape=_strike(3)),
        (who("Veera Tuomi", "laulu"),),
    ),
    Own(
        "callsheet.xlsx",
        xlsx(
            ("Crew", [["CREW"], ["Name", "Position", "Mobile"], ["Thomas Hill", "Gaffer", "+44 20 7946 0003"]]),
            ("Cast", [["CAST"], ["Actor", "Character", "Call time"], ["Emily O'Neill", "Anna", "07:30"]]),
            ("Locations", [["Place", "Address"], ["Old Mill", "1 Mill Street"], ["City Hall", "2 High Street"]]),
        ),
        (who("Thomas Hill", "Gaffer", None, "442079460003"), who("Emily O'Neill", "Anna")),
    ),
    Own(
        "oppilaat.xlsx",
        xlsx(
            (
                "1A",
                [
                    ["Luokka 1A"],
                    ["Sukunimi", "Etunimet", "Huoltaja 1", "Huoltaja 2", "Kuvauslupa"],
                    ["Lehto", "Aava Maria", "Mari Lehto", "Petri Lehto", "x"],
                    ["Ojala", "Eliel", "Timo Ojala", None, None],
                ],
            )
        ),
        (who("Aava Maria Lehto", None, None, None, None, "yes"), who("Eliel Ojala")),
    ),
    Own(
        "osallistujat kaava.xlsx",
        xlsx(
            (
                "Lista",
                [
                    ["Nimi", "Rooli", "Määrä"],
                    ["Veera Tuomi", "laulu", 1],
                    ["=A2", "basso", 1],
                    ["Yhteensä", None, "=SUM(C2:C3)"],
                ],
            )
        ),
        (who("Veera Tuomi", "laulu"),),
        review=True,
    ),
    Own(
        "vieraat.xlsx",
        xlsx(
            (
                "Vieraat",
                [
                    ["Pöytä", "Vieras", "Avec"],
                    ["1", "Veera Tuomi", "Juho Hakala"],
                    [None, "Iida Peltola", None],
                    ["2", "Markus Lind", None],
                ],
            ),
            shape=_merge("A2:A3"),
        ),
        (who("Veera Tuomi"), who("Iida Peltola"), who("Markus Lind")),
    ),
    # Word
    Own(
        "vieraslista.docx",
        docx(
            par("Vieraslista", "Otsikko1")
            + par("Veera Tuomi, morsian")
            + par("Juho Hakala, sulhanen")
            + par("Iida Peltola", run="<w:strike/>")
            + par("Ruokailu alkaa klo 17.")
        ),
        (who("Veera Tuomi", "morsian"), who("Juho Hakala", "sulhanen")),
    ),
    Own(
        "osallistujat.docx",
        docx(
            par("Osallistujat")
            + tbl(
                ("Nimi", "Ryhmä", "Kuvauslupa"),
                ("Aava Lehto", "Päiväkoti Pilvi", "kyllä"),
                ("Eliel Ojala", "Päiväkoti Pilvi", "ei"),
                struck=-1,
            )
        ),
        (who("Aava Lehto", None, None, None, True, "yes"), who("Eliel Ojala", None, None, None, True, "no")),
    ),
    Own(
        "luokkalista.docx",
        docx(tbl(("Oppilas", "Luokka"), ("Lehto Aava", "2A"), ("Ojala Eliel", "2A"), ("Mäki Onni", "2A"), struck=2)),
        (who("Aava Lehto", None, None, None, True), who("Onni Mäki", None, None, None, True)),
    ),
    # OpenDocument
    Own(
        "osallistujat.ods",
        ods(
            ("Nimi", "Rooli", "Puhelin"),
            ("Veera Tuomi", "laulu", "040 000 0701"),
            ("Juho Hakala", "basso", ""),
            ("Iida Peltola", "", ""),
            hidden=(3,),
        ),
        (who("Veera Tuomi", "laulu", None, "0400000701"), who("Juho Hakala", "basso")),
        review=True,
    ),
    Own(
        "esiintyjät.odt",
        odf(
            "text",
            "<text:h>Esiintyjät</text:h><text:p>Veera Tuomi – laulu</text:p><text:p>Juho Hakala – basso</text:p>"
            "<text:p>Kiitos kaikille!</text:p>",
        ),
        (who("Veera Tuomi", "laulu"), who("Juho Hakala", "basso")),
    ),
    # PDF
    Own(
        "osallistujat.pdf",
        pdf("Osallistujat", "Veera Tuomi  veera@example.com", "Juho Hakala  040 000 0801", "Sivu 1 / 1"),
        (who("Veera Tuomi", None, "veera@example.com"), who("Juho Hakala", None, None, "0400000801")),
    ),
    # Markdown
    Own(
        "participants.md",
        _u(
            "# Cast\n\n* Thomas Hill – lead\n* ~~Emily O'Neill – maid~~\n* [ ] Anna Berg\n\n## Crew\n\n| Name | Job | Consent |\n|---|---|---|\n"
            "| James Cole | grip | yes |\n| Lucy Ward | | |\n\nTotal: 4 people\n"
        ),
        (
            who("Thomas Hill", "lead"),
            who("Anna Berg"),
            who("James Cole", "grip", None, None, None, "yes"),
            who("Lucy Ward"),
        ),
    ),
    # JSON and YAML
    Own(
        "participants.json",
        _u(
            json.dumps(
                {
                    "event": {"name": "Summer Gala", "venue": {"name": "City Hall"}},
                    "participants": [
                        {"firstName": "Thomas", "lastName": "Hill", "email": "t@example.org", "age": 34, "consent": True},
                        {"fullName": "Emily O'Neill", "phone": 442079460004, "consent": None},
                        {
                            "name": "Lo Ek",
                            "birthYear": 2014,
                            "guardian": {"name": "Åsa Ek", "phone": "050 000 0901"},
                            "photo_consent": "nej",
                        },
                    ],
                }
            )
        ),
        (
            who("Thomas Hill", None, "t@example.org", None, False, "yes"),
            who("Emily O'Neill", None, None, "442079460004"),
            who("Lo Ek", None, None, None, True, "no"),
        ),
    ),
    Own(
        "osallistujat.yaml",
        _u(
            "tapahtuma: Kesäjuhla\nosallistujat:\n  - nimi: Veera Tuomi\n    rooli: juontaja\n    kuvauslupa: kyllä\n"
            "  - nimi: Juho Hakala\n    kuvauslupa: ei\n  - nimi: Iida Peltola\n    kuvauslupa:\n"
        ),
        (who("Veera Tuomi", "juontaja", consent="yes"), who("Juho Hakala", consent="no"), who("Iida Peltola")),
    ),
    Own("people.yml", _u("- Thomas Hill\n- Emily O'Neill\n"), (who("Thomas Hill"), who("Emily O'Neill"))),
    # vCard
    Own(
        "contacts.vcf",
        _u(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Tuomi;Veera;;;\r\nFN:Veera Tuomi\r\nTEL;TYPE=CELL:+358 40 000 1001\r\n"
            "EMAIL;TYPE=INTERNET:veera@example.com\r\nTITLE:juontaja\r\nEND:VCARD\r\n"
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Lehto Oy\r\nORG:Lehto Oy\r\nTEL:+358 9 000 1002\r\nEND:VCARD\r\n"
        ),
        (who("Veera Tuomi", "juontaja", "veera@example.com", "358400001001"),),
        review=True,
    ),
    Own(
        "yhteystiedot.vcf",
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=84yr=C3=A4s;Hilkka;;;\r\n"
        b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Hilkka =C3=84yr=C3=A4s\r\nTEL;CELL:0400001003\r\nEND:VCARD\r\n",
        (who("Hilkka Äyräs", None, None, "0400001003"),),
    ),
    Own(
        "contacts4.vcf",
        _u(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Åsa Öberg\r\nN:Öberg;Åsa;;;\r\nTEL;VALUE=uri:tel:+358-50-000-1004\r\nBDAY:20100203\r\n"
            "END:VCARD\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Öberg Ab\r\nEND:VCARD\r\n"
        ),
        (who("Åsa Öberg", None, None, "358500001004", True),),
    ),
    # Nobody
    Own("osallistujat tyhjä.csv", _u("Nimi;Rooli\n"), (), review=True),
    Own(
        "aikataulu osallistujat.txt",
        _u("12.00 Kirkko\n13.00 Vihkiminen\n14.30 Ryhmäkuvat\n17.00 Illallinen\n"),
        (),
        review=True,
    ),
    Own("guests2.txt", _u("The guest list will be sent by the bride's mother on Monday.\n"), (), review=True),
)
