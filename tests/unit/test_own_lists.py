"""Our own participant lists, each read as a sensible person would: nobody invented, no refusal lost, no yes with a but."""

from __future__ import annotations

import re
from datetime import date

import pytest
from own_lists import LISTS, Own
from own_lists_hard import HARD_LISTS

from backupd.reading.participants import is_list_format, looks_like_list, read_participants


def _digits(phone: str | None) -> str | None:
    return re.sub(r"\D", "", phone) if phone else None


@pytest.mark.parametrize("own", (*LISTS, *HARD_LISTS), ids=lambda own: own.name)
def test_a_list_is_read_as_a_sensible_person_would(own: Own) -> None:
    reading = read_participants(own.name, own.data, reference_day=date(2025, 6, 14))
    found = {(p.name, p.role, p.email, _digits(p.phone), p.minor, p.consent) for p in reading.participants}
    assert found == set(own.people)
    assert bool(reading.problems) == own.review


@pytest.mark.parametrize("ending", ["xls", "doc", "rtf", "pages", "numbers", "eml"])
def test_a_list_in_a_format_that_is_not_read_is_put_to_a_person(ending: str) -> None:
    assert not is_list_format(f"sopimus.{ending}")
    assert looks_like_list(f"osallistujat.{ending}")
    reading = read_participants(f"osallistujat.{ending}", b"\xd0\xcf\x11\xe0 Veera Tuomi", reference_day=None)
    assert reading.participants == ()
    assert "save the list as" in reading.problems[0].reason
