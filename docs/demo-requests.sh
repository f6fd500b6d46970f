#!/bin/sh
# Two requests on the invented studio, from receipt to answer, over a disk, a Dropbox and a Drive (both simulated):
#
#     make demo-cloud
#     sh docs/demo-requests.sh
#
# A client has lost her wedding pictures; a guest of that wedding wants to be erased. A test runs this as it stands.
set -eu

export BACKUPD_CONFIG="${BACKUPD_CONFIG:-var/cloud/backupd.toml}"
PYTHON="${PYTHON:-.venv/bin/python}"
WORK="${WORK:-$(mktemp -d)}"
backupd() { "$PYTHON" -m backupd "$@"; }
# What scripts ask of --json: `it` is the answer.
ask() { "$PYTHON" -c "import json, sys; it = json.load(sys.stdin); print($1)"; }
# 1 says: done, and something needs a person.
maybe() { "$@" || [ $? = 1 ]; }

echo "== Do we still have Emma Thorley's wedding?"
maybe backupd find Thorley wedding
SHOOT=$(maybe backupd find Thorley wedding --json | ask 'it[0]["id"]')
maybe backupd where "$SHOOT" | tail -n 3

echo "== She asks for a copy"
COPY=$(backupd request open copy --subject "Emma Thorley" --email emma.thorley@example.com --language en --json | ask 'it["id"]')
backupd request identify "$COPY" --method "replied from the address in the register"
maybe backupd request plan "$COPY"
# Two are in the client's name, so it is for a person to say that this one is hers.
LIKELY=$(backupd request show "$COPY" --json | ask '" ".join(str(i["number"]) for i in it["items"] if i["in"] is None)')
[ -z "$LIKELY" ] || backupd request plan "$COPY" --include $LIKELY > "$WORK/copy-plan.txt"
backupd request run "$COPY" --to "$WORK/for-emma"
backupd request letter "$COPY" --answer | tee "$WORK/copy.txt"
backupd request close "$COPY"

echo "== Grace Turner, a guest, wants to be erased"
ERASE=$(backupd request open erase --subject "Grace Turner" --email grace.turner@example.com --language en --json | ask 'it["id"]')
backupd request identify "$ERASE" --method "replied from the address in the register"
maybe backupd request plan "$ERASE"
# Others appear in the shoot, so nothing of it goes by itself. She is taken off its list; one picture shows her alone.
WEDDING=$(backupd request show "$ERASE" --json | ask 'next(i["number"] for i in it["items"] if i["kind"] == "shoot")')
PICTURE=$(maybe backupd where "$SHOOT" --json | ask 'max((f for f in it["files"] if f["path"].lower().endswith(".jpg")), key=lambda f: len({c["store"] for c in f["copies"]}))["path"].rpartition("/")[2]')
backupd request plan "$ERASE" --decide "$WEDDING=unlist" --decide "$WEDDING=delete:$PICTURE"
backupd request approve "$ERASE" --reason "each picture was looked at"
backupd request run "$ERASE"
for N in $(backupd request show "$ERASE" --json | ask '" ".join(str(i["number"]) for i in it["items"] if i["state"] == "open" and i["in"])'); do
    backupd request tick "$ERASE" "$N"
done
backupd request certificate "$ERASE" --language en --to "$WORK/certificate.json"
backupd request certificate "$ERASE" --language en | tee "$WORK/certificate.txt"
backupd request letter "$ERASE" --answer > "$WORK/erased.txt"
backupd request close "$ERASE"

echo "== Nobody finds her any more"
maybe backupd find --participant "Grace Turner"
echo "$PICTURE is gone; what was written lies in $WORK"
