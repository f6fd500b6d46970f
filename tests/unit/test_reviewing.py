"""What a decision on a question means, before anything is written."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from backupd.reviewing import Decision, Unfitting, plan_settlement
from index.records import ReviewRow


def spelling(*names: str) -> ReviewRow:
    """A question whether two names are one client; ids count from 1."""
    candidates = [{"client": name, "client_id": number} for number, name in enumerate(names, 1)]
    values: dict[str, Any] = {field.name: None for field in fields(ReviewRow)}
    return ReviewRow(**values | {"id": 7, "kind": "spelling", "candidates": json.dumps(candidates)})


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Makela", "Mäkelä"), 2),
        (("Mäkelä", "Makela"), 1),
        (("Virtasen", "Virtanen"), 2),
        (("Matti Virtanen", "Matti Virtasen"), 1),
        (("Salo", "Saló"), 2),
    ],
)
def test_the_base_form_or_else_the_one_with_dots_is_shown(names: tuple[str, str], shown: int) -> None:
    answer = plan_settlement(spelling(*names), Decision(same=True))
    assert answer == {"same": True, "clients": [shown, 3 - shown]}


def test_a_person_may_choose_the_spelling() -> None:
    question = spelling("Makela", "Mäkelä")
    assert plan_settlement(question, Decision(same=True, choose=1))["clients"] == [1, 2]
    with pytest.raises(Unfitting):
        plan_settlement(question, Decision(same=True, choose=3))


def test_a_choice_alone_does_not_say_that_they_are_one() -> None:
    with pytest.raises(Unfitting):
        plan_settlement(spelling("Makela", "Mäkelä"), Decision(choose=1))
