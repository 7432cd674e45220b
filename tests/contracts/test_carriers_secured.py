"""Secured lines, over HTTPS and over NATS with TLS: whom a node trusts, and in what words it says that it does not."""

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application

from tests import jetstream
from tests.conftest import leave_out
from tests.factories.authority import Authority
from tests.factories.mailroom import FileMailroom, SharedSeals, desk, envelope
from yichuang.api import nodes
from yichuang.exchange.carriers import door
from yichuang.exchange.carriers.opening import open_carrier
from yichuang.exchange.carriers.securing import CertificateUnreadable, NotTrusted
from yichuang.kernel.refusal import Refusal

pytestmark = [pytest.mark.once, pytest.mark.slow]


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a handshake that the other side breaks off is what is tried here."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class Place(NamedTuple):
    """Where a secured server listens, and the files of one that it lets in."""

    url: str
    ours: str
    stranger: str
    node: str


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Authority]:
    folder = tmp_path_factory.mktemp("authorities")
    return Authority(folder, "ours"), Authority(folder, "stranger")


@pytest.fixture(scope="module")
def server(files: tuple[Authority, Authority]) -> tuple[Path, Path]:
    return files[0].issue("server")


@pytest.fixture(scope="module")
def own(files: tuple[Authority, Authority]) -> str:
    certificate, key = files[0].issue("town")
    return f"&certificate={certificate}&key={key}"


@pytest.fixture(scope="module")
def https(files: tuple[Authority, Authority], server: tuple[Path, Path], own: str) -> Iterator[Place]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*server)
    context.load_verify_locations(files[0].file)
    context.verify_mode = ssl.CERT_REQUIRED
    with make_server("127.0.0.1", 0, get_wsgi_application(), _Threads, _Quiet) as site:
        site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield Place(f"https://127.0.0.1:{site.server_port}/", str(files[0].file), str(files[1].file), own)
        site.shutdown()


@pytest.fixture(scope="module")
def nats(files: tuple[Authority, Authority], server: tuple[Path, Path], own: str) -> Iterator[Place]:
    certificate, key = server
    secured = f'tls {{ cert_file: "{certificate}", key_file: "{key}", ca_file: "{files[0].file}", verify: true }}\n'
    try:
        with jetstream.running_cluster(more=secured) as cluster:
            url = cluster.url.replace("nats://", "tls://").partition("?")[0]
            yield Place(url, str(files[0].file), str(files[1].file), own)
    except jetstream.NatsUnavailable as reason:
        leave_out(str(reason))


@pytest.fixture(params=["https", "nats"])
def place(request: pytest.FixtureRequest) -> Place:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Place)
    return found


def send(url: str) -> int | None:
    line = open_carrier(url, seals=SharedSeals("town"))
    try:
        return line.send("county", [envelope("town", "county", 1)]).up_to
    finally:
        line.close()


def test_a_node_and_its_authority_reach_the_other_side(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = FileMailroom("county", tmp_path / "county.sqlite3")
    monkeypatch.setattr(nodes, "answer_node", lambda asked: door.answer(desk(county, {"town": ""}), asked))
    assert send(f"{place.url}?ca={place.ours}{place.node}") == 1
    county.close()


def test_a_wrong_authority_is_refused_in_words(place: Place) -> None:
    with pytest.raises(NotTrusted) as refused:
        send(f"{place.url}?ca={place.stranger}{place.node}")
    assert "证书不是由所信任的机构签发的" in str(refused.value)


def test_a_node_without_a_certificate_is_not_let_in_where_one_is_asked_for(place: Place) -> None:
    with pytest.raises(Refusal):
        send(f"{place.url}?ca={place.ours}")


def test_a_certificate_file_that_is_none_is_named_before_anything_is_connected(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    for url in ("https://127.0.0.1/", "tls://127.0.0.1/"):
        for options in (f"ca={tmp_path}/gone.pem", f"certificate={tmp_path}/no.pem&key={tmp_path}/no.pem"):
            with pytest.raises(CertificateUnreadable, match=str(tmp_path)):
                open_carrier(f"{url}?{options}", seals=SharedSeals("town"))


def test_nothing_is_sent_to_a_server_that_offers_no_encryption_where_the_address_demands_it() -> None:
    try:
        with jetstream.running_cluster() as cluster, pytest.raises(Refusal, match="不提供加密连接"):
            send(cluster.url.replace("nats://", "tls://node:secret@"))
    except jetstream.NatsUnavailable as reason:
        leave_out(str(reason))
