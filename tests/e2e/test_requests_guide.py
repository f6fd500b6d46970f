"""docs/requests.md is run as it stands."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.harness import BACKUPD, Studio, write

GUIDE = Path(__file__).parents[2] / "docs" / "requests.md"
ME = pwd.getpwuid(os.getuid()).pw_name
HELPERS = f"""
set -eu
backupd() {{ {BACKUPD} --config "$CONFIG" "$@"; }}
ask() {{ {sys.executable} -c "import json,sys; it=json.load(sys.stdin); print($1)"; }}
field() {{ ask "it['$1']"; }}
first() {{ ask "it[0]['$1']"; }}
open_items() {{ ask "' '.join(str(i['number']) for i in it['items'] if i['state']=='open' and i['in'])"; }}
likely() {{ ask "' '.join(str(i['number']) for i in it['items'] if i['in'] is None)"; }}
undecided() {{ ask "next(i['number'] for i in it['items'] if i['decision'] is None)"; }}
"""


@pytest.mark.timeout(900)
def test_the_guide_is_right(studio: Studio) -> None:
    studio.add_store("mirror")
    studio.configure(
        f'[staff]\n{ME} = "Anna Tester, owner"\n[[requests.processors]]\nname = "Postipalvelu"\n'
    )
    text = studio.config.read_text().replace('name = "Testistudio"', 'name = "Testistudio"\ncontact = "a@studio.example"')
    studio.config.write_text(text)
    listed = "Nimi;Sähköposti\nAino Virtanen;aino@virtanen.example\nVille Laine;ville@laine.example\n"
    for root in studio.stores.values():
        write(root / "2025-06-14 Aino Virtanen potretti" / "IMG_0001.jpg", "hers")
        write(root / "2025-07-05 Ville Laine häät" / "IMG_0101.jpg", "she alone")
        write(root / "2025-07-05 Ville Laine häät" / "IMG_0102.jpg", "he alone")
        write(root / "2025-07-05 Ville Laine häät" / "osallistujat.csv", listed)
    studio.index(status=None)
    script = HELPERS + "\n".join(re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(), re.M | re.S))
    work = studio.root / "work"
    work.mkdir()
    env = os.environ | {"CONFIG": str(studio.config), "WORK": str(work)}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=env, timeout=800)
    assert done.returncode == 0, done.stdout + done.stderr
    for root in studio.stores.values():
        assert not (root / "2025-06-14 Aino Virtanen potretti").exists()
        wedding = root / "2025-07-05 Ville Lainen häät"
        assert sorted(path.name for path in wedding.iterdir()) == ["IMG_0102.jpg", "osallistujat.csv"]
        assert (wedding / "osallistujat.csv").read_text() == "Nimi;Sähköposti\nVille Lainen;ville@laine.example\n"
    assert "Ville Lainen" in (work / "fixed.txt").read_text()
    assert [path.suffix for path in sorted((work / "report").glob("selvitys-*"))] == [".html", ".json"]
    assert "Aino" in (work / "erased.txt").read_text() and "Postipalvelu" in (work / "erased.txt").read_text()
    assert b"Virtanen" not in (studio.root / "var" / "index.db").read_bytes()
