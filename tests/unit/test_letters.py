"""Letters: whole in both languages, impossible without what the law asks for, and safe whatever the names in them."""

from __future__ import annotations

import email
import os
from dataclasses import replace
from datetime import date
from email import policy
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.letters.compose import compose, lacking
from backupd.letters.errors import ControllerUnset, LetterLacks, WordingFault
from backupd.letters.facts import Controller, FoundShoot, LetterFacts
from backupd.letters.numerals import counted
from backupd.letters.passages import PASSAGES
from backupd.letters.recipes import KINDS, RECIPES, LetterKind
from backupd.letters.render import Attachment, as_eml, as_html, as_text
from backupd.letters.wording import Wording, read_own
from tests.unit.letter_facts import CONTROLLER, facts_of

GOLDEN = Path(__file__).with_name("letters")
LANGUAGES = ("fi", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_letter_is_as_it_was_looked_at(kind: LetterKind, language: str) -> None:
    letter = compose(kind, facts_of(kind, language), CONTROLLER)
    golden = GOLDEN / f"{kind}.{language}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(as_text(letter))
    assert as_text(letter) == golden.read_text()
    assert all(len(line) <= 72 for line in as_text(letter).splitlines() if not line.startswith("https://"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_html_says_the_same_as_the_text(kind: LetterKind, language: str) -> None:
    letter = compose(kind, facts_of(kind, language), CONTROLLER)
    read = _Read()
    read.feed(as_html(letter))
    said = " ".join(" ".join(read.said).split())
    for each in (*letter.paragraphs, *letter.appendix):
        assert " ".join(each.text.split()) in said
        assert all(" ".join(point.split()) in said for point in each.points)
    assert not set(read.tags) & {"script", "img", "link", "iframe", "b"}


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_letter_requires_it_never_goes_without(kind: LetterKind) -> None:
    facts = facts_of(kind, "fi")
    assert lacking(kind, facts, CONTROLLER) == ()
    for name in RECIPES[kind].requires:
        controller = replace(CONTROLLER, authority="") if name == "authority" else CONTROLLER
        blank: object = "  " if isinstance(getattr(facts, name, None), str) else () if name in ("shoots", "erased", "corrected", "attachments") else None
        less = facts if name == "authority" else replace(facts, **{name: blank})
        with pytest.raises(LetterLacks) as raised:
            compose(kind, less, controller)
        assert raised.value.lacking == (name,)


@pytest.mark.parametrize("kind", ["erased", "corrected", "access", "objected"])
@pytest.mark.parametrize("missing", ["ground", "reason", "asked"])
def test_a_part_that_is_refused_needs_all_of_a_refusal(kind: LetterKind, missing: str) -> None:
    whole = {"refused_part": "osa", "ground": "peruste", "reason": "syy"}
    facts = replace(facts_of(kind, "fi"), **whole)
    said = as_text(compose(kind, facts, CONTROLLER))
    assert "tietosuojavaltuutetulle" in said
    assert "tuomioistuimen" in said
    with pytest.raises(LetterLacks, match=missing):
        compose(kind, replace(facts, **{missing: ""}), CONTROLLER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_tells_all_that_it_must(language: str) -> None:
    facts = facts_of("refused", language)
    said = " ".join(as_text(compose("refused", facts, CONTROLLER)).split())
    day = "27.11.2026" if language == "fi" else "27 November 2026"
    for part in (facts.asked, day, facts.refused_part, facts.ground, facts.reason, "PL 800, 00531 Helsinki", "tietosuoja.fi", CONTROLLER.contact):
        assert part in said
    assert ("tuomioistuimen" if language == "fi" else "before a court") in said
    assert ("rajoitamme" if language == "fi" else "restrict the processing") in said


@pytest.mark.parametrize(("language", "start"), [("fi", "Emme voi toteuttaa pyyntöäsi. Perustelu:"), ("en", "We cannot do what you asked. Reason:")])
def test_of_a_whole_refusal_no_part_is_named(language: str, start: str) -> None:
    facts = replace(facts_of("refused", language), refused_part="koko pyyntö", refused_whole=True)
    said = " ".join(as_text(compose("refused", facts, CONTROLLER)).split())
    assert start in said
    assert "koko pyyntö" not in said
    assert facts.ground in said and "tietosuoja.fi" in said


@pytest.mark.parametrize("lacks", ["name", "contact"])
def test_no_letter_without_a_controller(lacks: str) -> None:
    with pytest.raises(ControllerUnset, match=lacks):
        compose("ban", facts_of("ban", "fi"), replace(CONTROLLER, **{lacks: " "}))


@pytest.mark.parametrize(
    ("number", "noun", "fi", "en"),
    [(0, "photo", "0 kuvaa", "0 photos"), (1, "photo", "1 kuva", "1 photo"), (2, "photo", "2 kuvaa", "2 photos"),
     (1, "video", "1 video", "1 video"), (2, "video", "2 videota", "2 videos"), (1, "file", "1 tiedosto", "1 file"),
     (21, "file", "21 tiedostoa", "21 files"), (12000, "photo", "12\u00a0000 kuvaa", "12,000 photos")],
)  # fmt: skip
def test_numerals(number: int, noun: str, fi: str, en: str) -> None:
    assert (counted(number, noun, "fi"), counted(number, noun, "en")) == (fi, en)


def test_one_damaged_file_is_it_and_two_are_they() -> None:
    facts = facts_of("copy_found", "fi")
    one = as_text(compose("copy_found", replace(facts, damaged=("a",), missing=()), CONTROLLER))
    two = as_text(compose("copy_found", replace(facts, damaged=("a", "b"), missing=()), CONTROLLER))
    assert "1 tiedosto on vioittunut, emmekä saaneet sitä" in " ".join(one.split())
    assert "2 tiedostoa on vioittunut, emmekä saaneet niitä" in " ".join(two.split())


def test_a_link_without_its_end_is_no_answer() -> None:
    facts = replace(facts_of("copy_found", "fi"), shoots=(FoundShoot("häät", None, None, 1, links=("https://x.example",)),))
    with pytest.raises(LetterLacks, match="last day of a link"):
        compose("copy_found", facts, CONTROLLER)


def test_a_draft_opens_in_a_mail_program() -> None:
    letter = compose("access", facts_of("access", "fi"), CONTROLLER)
    raw = as_eml(letter, [Attachment("selvitys.html", "text/html", "<p>ä</p>".encode())])
    message = email.message_from_bytes(raw, policy=policy.default)
    assert message["X-Unsent"] == "1"
    assert message["To"].addresses[0].addr_spec == "matti@meikalainen.example"
    assert message["To"].addresses[0].display_name == "Matti Meikäläinen"
    assert message["From"].addresses[0].addr_spec == CONTROLLER.contact
    body, html = message.get_body(("plain",)), message.get_body(("html",))
    assert body is not None and "Esimerkkikuvaamo" in body.get_content()
    assert html is not None and html.get_content().startswith("<!DOCTYPE html>")
    assert [each.get_filename() for each in message.iter_attachments()] == ["selvitys.html"]
    assert "Date" not in message and "Bcc" not in message


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_name_breaks_a_draft_or_a_page(name: str, asked: str, reference: str) -> None:
    facts = LetterFacts("fi", date(2026, 1, 1), name, "a@b.example", reference, asked, date(2026, 1, 1))
    letter = compose("nothing_held", facts, CONTROLLER)
    message = email.message_from_bytes(as_eml(letter), policy=policy.default)
    assert set(message.keys()) == {"X-Unsent", "From", "To", "Subject", "MIME-Version", "Content-Type"}
    assert len(message["To"].addresses) == 1
    read = _Read()
    read.feed(as_html(letter))
    assert set(read.tags) <= {"html", "head", "meta", "title", "style", "body", "p", "h1", "h2", "br", "ul", "li", "a"}


@pytest.mark.parametrize("mail", ["a@b.example\nBcc: c@d.example", "nobody", "a@b@c", "a b@c.example, d@e.example"])
def test_a_mail_address_that_is_none_is_refused(mail: str) -> None:
    letter = compose("ban", replace(facts_of("ban", "fi"), mail=mail), CONTROLLER)
    with pytest.raises(LetterLacks):
        as_eml(letter)


def test_what_somebody_wrote_is_never_taken_for_a_field() -> None:
    facts = replace(facts_of("refused", "fi"), reason="{name.__class__} {part}")
    assert "{name.__class__} {part}" in as_text(compose("refused", facts, CONTROLLER))


def test_a_studio_may_use_its_own_words_but_drop_nothing(tmp_path: Path) -> None:
    (tmp_path / "ban.fi.txt").write_text("\ufeffKieltosi on kirjattu {banned}. Kiitos!\n")
    letter = compose("ban", facts_of("ban", "fi"), CONTROLLER, read_own(tmp_path))
    assert letter.paragraphs[0].text == "Kieltosi on kirjattu 27.11.2026. Kiitos!"
    assert "Kieltosi" not in as_text(compose("ban", facts_of("ban", "en"), CONTROLLER, read_own(tmp_path)))


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [("refuse.fi.txt", "Emme suostu: {part}.", "lacks the field {reason}"), ("ban.fi.txt", "{banned} {who}", "unknown field {who}"),
     ("bann.fi.txt", "x", "no known passage"), ("ban.sv.txt", "{banned}", "no known passage"), ("keep_copies.fi.txt", " ", "no known passage")],
)  # fmt: skip
def test_wording_that_does_not_fit_is_named(tmp_path: Path, file: str, text: str, said: str) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(WordingFault) as raised:
        read_own(tmp_path)
    assert said in str(raised.value)


def test_both_languages_have_the_same_fields() -> None:
    import re

    for key, texts in PASSAGES.items():
        fields = [sorted(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key
    assert Wording("fi")("ack", received="1.1.2026", due="1.2.2026").endswith("viimeistään 1.2.2026.")


def test_an_authority_of_another_kind_is_printed_whole() -> None:
    other = Controller("S", "c", authority="Integritetsskyddsmyndigheten, Box 8114, Stockholm")
    assert "Integritetsskyddsmyndigheten, Box 8114, Stockholm" in " ".join(as_text(compose("refused", facts_of("refused", "fi"), other)).split())
