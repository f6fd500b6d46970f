"""Whose it is, which files go, and a row out of a list: the pure parts of a case."""

from __future__ import annotations

import pytest

from backupd.requests.base import find_kinds
from backupd.requests.deciding import FileFact, FileRule, decide_files
from backupd.requests.matching import Known, Sure, match_client, match_person
from backupd.requests.unlisting import Row, take_out

AINO = Known("Aino Virtanen", "aino@virtanen.example", "+358 40 123 4567")


@pytest.mark.parametrize(
    ("found", "sure"),
    [
        (Known("Aino Virtanen"), Sure.CERTAIN),
        (Known("AINO VIRTANEN", "Aino@Virtanen.example"), Sure.CERTAIN),
        (Known("Aino Virtanen", None, "040 1234567"), Sure.CERTAIN),
        (Known("Aino Virtanen", "toinen@virtanen.example"), Sure.LIKELY),
        (Known("Väinö Virtanen", "aino@virtanen.example"), Sure.LIKELY),
        (Known("Virtanen"), Sure.LIKELY),
        (Known("Virtanen Aino"), Sure.LIKELY),
        (Known("Ville Laine"), Sure.NOT),
        (Known("Aino Lahti"), Sure.NOT),
    ],
)
def test_whom_a_list_names(found: Known, sure: Sure) -> None:
    assert match_person(AINO, found).sure is sure


@pytest.mark.parametrize(
    ("asks", "client", "sure"),
    [
        ("Aino Mäki", "Aino Mäki", Sure.CERTAIN),
        ("Aino Mäki", "Aino Maki", Sure.LIKELY),
        ("Aino Virtanen", "Virtasen", Sure.LIKELY),
        ("Aino Virtanen", "Virtanen & Laine", Sure.LIKELY),
        ("Aino Virtanen", "Kuvaamo Oy", Sure.NOT),
    ],
)
def test_a_name_without_its_dots_never_makes_certain(asks: str, client: str, sure: Sure) -> None:
    assert match_client(asks, [client]).sure is sure


def test_the_last_rule_that_names_a_file_counts_and_a_sidecar_goes_along() -> None:
    files = [FileFact("1", ("s/IMG_1.jpg",)), FileFact("2", ("s/IMG_1.xmp",)), FileFact("3", ("s/IMG_2.jpg",))]
    decided = decide_files(None, [FileRule("delete", "IMG_*.jpg"), FileRule("refuse", "IMG_2.jpg", "others")], files)
    assert (dict(decided.decisions), decided.undecided) == ({"1": "delete", "2": "delete", "3": "refuse"}, ())
    assert decide_files(None, [FileRule("delete", "IMG_1.jpg")], files).undecided == ("3",)


CARDS = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nN:{};{};;;\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    ("name", "data", "row", "left"),
    [
        ("a.csv", "Nimi;Rooli\nAino Virtanen;morsian\nVille Laine;\"sul;hanen\"\n", "row 2", "Nimi;Rooli\nVille Laine;\"sul;hanen\"\n"),
        ("a.csv", "sep=;\r\nNimi;Rooli\r\nAino Virtanen;x\r\nVille Laine;y\r\n", "row 2", "sep=;\r\nNimi;Rooli\r\nVille Laine;y\r\n"),
        ("a.txt", "Osallistujat\n\nAino Virtanen\nVille Laine", "line 3", "Osallistujat\n\nVille Laine"),
        ("a.md", "# Häät\n\n- Aino Virtanen\n- Ville Laine\n", "line 3", "# Häät\n\n- Ville Laine\n"),
        ("a.vcf", CARDS.format("Aino Virtanen", "Virtanen", "Aino") + CARDS.format("Ville Laine", "Laine", "Ville"), "card 1",
         CARDS.format("Ville Laine", "Laine", "Ville")),
    ],
)  # fmt: skip
def test_a_row_goes_and_every_other_byte_stays(name: str, data: str, row: str, left: str) -> None:
    for encoding in ("utf-8", "cp1252"):
        made = take_out(name, data.encode(encoding), [Row(row, "Aino Virtanen")])
        assert made.data == left.encode(encoding), made.why


@pytest.mark.parametrize(
    ("name", "data", "row"),
    [
        ("a.xlsx", b"PK", "row 2"),
        ("a.csv", b"Nimi;Huom\nAino Virtanen;x\nVille Laine;Aino Virtanen tulee\n", "row 2"),
        ("a.txt", b"Aino Virtanen\nVille Laine\n", "line 2"),
        ("a.txt", b"Aino Virtanen\nVille Laine\n", "line 9"),
        ("a.txt", "Aino Virtanen\nVille Laine\n".encode("utf-16"), "line 1"),
    ],
)
def test_what_cannot_be_shown_to_be_right_is_left_to_a_person(name: str, data: bytes, row: str) -> None:
    made = take_out(name, data, [Row(row, "Aino Virtanen")])
    assert made.data is None and made.why


def test_every_kind_is_found_and_named_in_the_help() -> None:
    from backupd.cli.request import KINDS

    assert set(find_kinds()) == set(KINDS)
    assert all(kind.slug == slug for slug, kind in find_kinds().items())
