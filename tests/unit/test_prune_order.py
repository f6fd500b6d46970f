"""Which shoots go first where all were indexed on one day, as an archive is: the oldest, however the index numbers them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.tidy_studio import TidyStudio

FOLDERS = ("2023-05-01 Aalto", "2019-05-01 Virtanen", "2021-05-01 Korhonen")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TidyStudio]:
    made = TidyStudio(tmp_path)
    for folder in FOLDERS:
        made.put(f"{folder}/IMG_1.jpg", folder)
        made.look()
    made.at += timedelta(days=500)
    made.look()
    yield made
    made.close()


def test_the_oldest_of_an_archive_that_was_indexed_on_one_day_goes_first(studio: TidyStudio) -> None:
    assert [studio.shoot(each) for each in FOLDERS] == [1, 2, 3]
    assert [(act.path or "")[:4] for act in studio.proposed("archive").acts] == ["2019", "2021", "2023"]
