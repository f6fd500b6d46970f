"""TLS in front of a simulator: with a certificate made for the occasion, for a provider's own hosts or on loopback."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit


def make_certificate(folder: Path, hosts: Sequence[str]) -> Path:
    """Write a certificate for these hosts and for 127.0.0.1, and return its path; its key lies beside it."""
    names = ",".join((*(f"DNS:{host}" for host in hosts), "IP:127.0.0.1"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench",
         "-addext", f"subjectAltName={names}", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "cert.pem"


@contextmanager
def listening(certificate: Path, base_url: str, *, as_proxy: bool) -> Iterator[str]:
    """Hand on to a simulator what comes through TLS; gives the address.

    As a proxy it answers CONNECT for any host, since some programs know no other address than their provider's.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    port = urlsplit(base_url).port
    assert port is not None
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, context, port, as_proxy), daemon=True).start()
        yield f"{'http' if as_proxy else 'https'}://127.0.0.1:{server.getsockname()[1]}"


def _accept(server: socket.socket, context: ssl.SSLContext, port: int, as_proxy: bool) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            threading.Thread(target=_tunnel, args=(client, context, port, as_proxy), daemon=True).start()


def _tunnel(client: socket.socket, context: ssl.SSLContext, port: int, as_proxy: bool) -> None:
    with suppress(OSError), client:
        if as_proxy:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with (
            context.wrap_socket(client, server_side=True) as inner,
            socket.create_connection(("127.0.0.1", port)) as outer,
        ):
            threading.Thread(target=_copy, args=(outer, inner), daemon=True).start()
            _copy(inner, outer)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(256 * 1024):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
