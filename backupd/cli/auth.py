"""`auth dropbox` and `auth gdrive`: signing in once. Questions go to standard error, the outcome to standard output."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, NEEDS_PERSON, STORE_FAILED, Command, Context, Group, WrongUse
from backupd.cli.text import filled, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.gdrive_signin import App
    from adapters.rights import Right
    from backupd.settings.models import StoreSettings
    from backupd.signin.keeping import Kept

_PATIENCE_SECONDS = 15 * 60.0
_TITLES = {"dropbox": "Dropbox", "gdrive": "Google Drive"}


def _common_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--store", metavar="NAME", help="whose sign-in it is, if several stores are of this kind")
    parser.add_argument("--read-only", action="store_true", help="ask only for the rights to look and to read")
    parser.add_argument("--json", action="store_true", help="tell the outcome as JSON, on standard output alone")


def _dropbox_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--app-key", metavar="KEY", help="your app's key; not needed to sign in again")
    _common_arguments(parser)


def _gdrive_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--client", metavar="FILE", help="the file of your OAuth client; not needed to sign in again")
    parser.add_argument("--service-account", metavar="FILE", help="use the key of a service account, without a browser")
    parser.add_argument("--subject", metavar="MAIL", help="the person for whom the service account acts")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="where to wait for the browser (any free one)")
    _common_arguments(parser)


def _target(context: Context, kind: str, name: str | None) -> StoreSettings:
    """Return the store that is meant. Raises WrongUse where it isn't clear."""
    from backupd.cli.store import configured_store

    if name is not None:
        store = configured_store(context, name)
        if store.kind != kind:
            raise WrongUse(f"the store {visible(store.name)!r} is no {_TITLES[kind]}", f"run `backupd auth {store.kind}`")
        return store
    stores = [store for store in context.settings.stores if store.kind == kind]
    if not stores:
        mend = f'add [[stores]] with kind = "{kind}" and credentials = "/var/lib/backupd/{kind}.json"'
        raise WrongUse(f"no store of the kind {kind} is configured", mend)
    if len({store.credentials for store in stores}) > 1:
        names = ", ".join(visible(store.name) for store in stores)
        raise WrongUse(f"several stores are a {_TITLES[kind]}", f"say which, with --store: {names}")
    return stores[0]


def _dropbox(args: Namespace, context: Context) -> int:
    from adapters.dropbox_signin import SignIn
    from backupd.signin.keeping import needed_rights, values_there

    store = _target(context, "dropbox", args.store)
    key = args.app_key or values_there(store).get("app_key")
    if not key:
        mend = "make an app at https://www.dropbox.com/developers/apps (docs/clouds.md says how) and give its --app-key"
        raise WrongUse("which app signs in is not known yet", mend)
    needed = needed_rights(store, reading=args.read_only)
    signin = SignIn(store.name, str(key), store.endpoint, [right.name for right in needed])
    _explain(context, store, needed)
    say = context.output.say
    say("\n1. Open this address in a browser, on any machine, and agree:\n")
    say(signin.address())
    say("\n2. Dropbox then shows a code. Paste it here, and press Enter:")
    code = sys.stdin.readline()
    if not code.strip():
        raise WrongUse("no code was given, so nothing was changed", "run it again, and paste the code")
    values = signin.finish(code)
    return _keep(args, context, store, values, needed, str(values["scope"]).split())


def _gdrive(args: Namespace, context: Context) -> int:
    from adapters.gdrive_signin import SignIn, rights_in
    from backupd.signin.keeping import needed_rights
    from backupd.signin.loopback import Loopback

    store = _target(context, "gdrive", args.store)
    if args.service_account:
        return _service_account(args, context, store)
    if args.subject:
        raise WrongUse("--subject goes with --service-account alone", "leave it out, and sign in as that person")
    app = _app(args, store)
    needed = needed_rights(store, reading=args.read_only)
    try:
        loopback = Loopback(args.port)
    except (OSError, OverflowError):
        raise WrongUse(f"the port {args.port} cannot be listened on", "name another --port, or none") from None
    with loopback:
        signin = SignIn(store.name, app, loopback.redirect, store.endpoint, [right.name for right in needed])
        _explain(context, store, needed)
        _say_where(context, signin.address(), loopback.port)
        answer = loopback.wait(signin.is_answer, _descriptor(), _PATIENCE_SECONDS, context.clock.monotonic)
    if answer is None:
        raise WrongUse("nobody came back from the browser, so nothing was changed", "run it again")
    values = signin.finish(answer)
    return _keep(args, context, store, values, needed, rights_in(str(values["scope"])))


def _app(args: Namespace, store: StoreSettings) -> App:
    from adapters.gdrive_signin import read_app
    from backupd.signin.keeping import values_there

    values = _read(args.client, "--client") if args.client else values_there(store)
    try:
        return read_app(values)
    except ValueError as err:
        if args.client:
            raise WrongUse(str(err), "download the client's file from the Google Cloud console once more") from None
        mend = "make an OAuth client of the type Desktop app (docs/clouds.md says how) and give its file as --client"
        raise WrongUse("which app signs in is not known yet", mend) from None


def _read(file: str, option: str) -> dict[str, Any]:
    from adapters.oauth_file import CredentialsError, read_credentials

    try:
        return read_credentials(file)
    except CredentialsError as err:
        said = str(err).replace("credentials file", "file")
        raise WrongUse(f"{option}: {said}", "name the file as it was downloaded") from None


def _service_account(args: Namespace, context: Context, store: StoreSettings) -> int:
    from backupd.signin.keeping import needed_rights

    values = _read(args.service_account, "--service-account")
    if values.get("type") != "service_account":
        raise WrongUse("this is not the key of a service account", "make a key of the type JSON in the Google Cloud console")
    needed = needed_rights(store, reading=False)
    _explain(context, store, needed)
    if args.subject:
        values["subject"] = args.subject
    elif not store.drive_id:
        context.output.say("\nA service account has no room of its own: it reads what is shared with it, but can")
        context.output.say("copy only into a shared drive (drive_id) or for a person of yours (--subject).")
    return _keep(args, context, store, values, needed, [])


def _explain(context: Context, store: StoreSettings, needed: Sequence[Right]) -> None:
    say = context.output.say
    say(f"Signing in to {_TITLES[store.kind]} for the store {visible(store.name)!r}.")
    say("backupd asks for these rights, and for no others:")
    longest = max((len(right.name) for right in needed), default=0)
    for right in needed:
        say(filled(right.why, indent=f"  {right.name:<{longest}}  ", hanging=" " * (longest + 4)))


def _say_where(context: Context, address: str, port: int) -> None:
    say = context.output.say
    say("\nOpen this address in a browser, and agree:\n")
    say(address)
    say("\nIf the browser runs on this machine, that is all. On a server without one, either")
    say("run this first, on the machine with the browser:")
    say(f"  ssh -L {port}:127.0.0.1:{port} THIS-SERVER")
    say("or agree and, when the browser cannot open the page that comes then, copy that")
    say(f"page's address (http://127.0.0.1:{port}/?…), paste it here and press Enter.")


def _descriptor() -> int | None:
    try:
        return sys.stdin.fileno()
    except (OSError, ValueError, AttributeError):
        return None


def _keep(
    args: Namespace,
    context: Context,
    store: StoreSettings,
    values: Mapping[str, Any],
    needed: Sequence[Right],
    granted: Sequence[str],
) -> int:
    from adapters.oauth_file import CredentialsError
    from backupd.signin.keeping import keep, values_there

    try:
        kept = keep(store, values, needed, granted, context.clock.now())
    except CredentialsError as err:
        raise WrongUse(str(err), "let this account write where the store's `credentials` points to") from None
    ends_at = values_there(store).get("ends_at")
    if args.json:
        context.output.json({
            "store": store.name,
            "kind": store.kind,
            "rights": list(granted or kept.rights),
            "marker": kept.marker,
            "ends_at": ends_at,
            "problem": kept.trouble.detail if kept.trouble else None,
        })  # fmt: skip
    else:
        _tell(context, store, kept, ends_at)
    if kept.trouble is not None:
        return STORE_FAILED
    return DONE if kept.marker == "adopted" else NEEDS_PERSON


def _tell(context: Context, store: StoreSettings, kept: Kept, ends_at: str | None) -> None:
    from datetime import datetime

    line, name = context.output.line, visible(store.name)
    who = f" as {visible(kept.account)}" if kept.account else ""
    line(f"Signed in{who}. It is kept in the file that the store's `credentials` names.")
    if ends_at:
        ends = context.dates.instant(datetime.fromisoformat(ends_at))
        line(f"It ends on {ends}, since the app is in testing: docs/clouds.md says more.")
    if kept.marker == "adopted":
        line(f"{name} is ready: backupd index")
    elif kept.trouble is not None:
        line(filled(f"It could not be tried to the end: {visible(kept.trouble.detail)}. See: backupd doctor"))
    else:
        line(f"{name} is not adopted yet, or this is another account:")
        line(f"  backupd store init {name}")


_HEADLESS = "Works on a server without a browser: what to do is said when it runs. No token is ever shown."

GROUP = Group(
    "Stores",
    order=11,
    families={"auth": "Sign in to a provider once; from then on backupd signs in by itself."},
    commands=(
        Command(
            "auth dropbox",
            "sign in to Dropbox, once",
            _dropbox,
            _dropbox_arguments,
            examples=(
                ("backupd auth dropbox --app-key KEY", "the first time, with the key of the studio's own app"),
                ("backupd auth dropbox", "again, with the same app"),
            ),
            description=(
                "Shows an address, takes the code that Dropbox gives there, and keeps a lasting sign-in in the file"
                f" that the store's `credentials` names, with mode 0600. {_HEADLESS}\n\n"
                "The old sign-in stays until the new one has opened the account."
            ),
        ),
        Command(
            "auth gdrive",
            "sign in to Google Drive, once",
            _gdrive,
            _gdrive_arguments,
            examples=(
                ("backupd auth gdrive --client client_secret.json", "the first time, with the studio's own client"),
                ("backupd auth gdrive --port 8765", "again; `ssh -L 8765:127.0.0.1:8765 server` runs elsewhere"),
                ("backupd auth gdrive --service-account key.json", "without a person; for a shared drive"),
            ),
            description=(
                "Shows an address, waits on this machine for the browser to come back, and keeps a lasting sign-in in"
                f" the file that the store's `credentials` names, with mode 0600. {_HEADLESS}\n\n"
                "The old sign-in stays until the new one has opened the account."
            ),
        ),
    ),
)
