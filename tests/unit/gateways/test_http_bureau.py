"""The wire: which status frees a key, which tells nothing, and that nothing is posted twice."""

import socketserver
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from daihou.errors import GatewayError
from daihou.gateways.http_bureau import HttpBureau
from daihou.gateways.message import Head, write_answer
from daihou.gateways.outcomes import Accepted, Answer, Lost, NoRecord, NotTaken, Refused
from daihou.gateways.settings import parse_bureau
from daihou.report.writers.gen2 import write_gen2
from daihou.report.writers.sample import sample_report

KEY = "0123456789abcdef" * 2
NOW = datetime(2025, 3, 3, 1, 30, tzinfo=UTC)
DEADLINE = NOW + timedelta(seconds=60)
HEAD = Head("A1000000000001", "D10000000H0001", datetime(2025, 3, 3, 9, 31), "D102", 1)
REPORT = write_answer(HEAD, "AAA000", report=write_gen2(sample_report()))
NOTHING = write_answer(HEAD, "AAA001", "no record")
REFUSAL = write_answer(HEAD, "AAB004", "110101199003071234 differs")


class Server(socketserver.ThreadingTCPServer):
    """Answers every call with the same bytes, and keeps what it was sent."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, reply: bytes, context: ssl.SSLContext | None = None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply, self.calls = reply, []
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that refuses our certificate is what some tests want."""


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        told = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line)
        length = {k.lower(): v for k, v in told.items()}.get("content-length", "0")
        body = self.rfile.read(int(length))
        self.server.calls.append((head.split(b" ")[0].decode(), told, body))
        self.wfile.write(self.server.reply)


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
def serve():
    running = []

    def start(reply, context=None):
        server = Server(reply, context)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def reach(tmp_path):
    opened = []

    def make(port, *, scheme="http", now=NOW, more=""):
        settings = parse_bureau(
            f"adapter: http\nurl: {scheme}://127.0.0.1:{port}\nsender: D10000000H0001\n"
            "receiver: A1000000000001\norg: D1\nuser: u\ntimeouts: {connect: 1, read: 1}\n" + more,
            "bureau.yaml",
        )
        bureau = HttpBureau(settings, tmp_path, lambda: now)
        opened.append(bureau)
        return bureau

    yield make
    for bureau in opened:
        bureau.close()


def test_a_message_is_posted_once_with_its_key_and_deadline(serve, reach):
    server = serve(http(200, REPORT))
    assert reach(server.port).send(b"<x/>", KEY, DEADLINE) == Answer(REPORT)
    ((method, told, body),) = server.calls
    told = {name.lower(): value for name, value in told.items()}
    assert (method, body) == ("POST", b"<x/>")
    assert (told["message-key"], told["message-deadline"]) == (
        KEY, str(int(DEADLINE.timestamp())),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (http(200, REPORT), Answer(REPORT)),
        (http(200, NOTHING), NoRecord(NOTHING)),
        (http(202), Accepted()),
        (http(422, REFUSAL), Refused("AAB004", "••• differs")),
        (http(422, b"?"), Refused("422", "refused without a readable reason")),
    ],
)
def test_what_ends_a_message_is_the_same_for_sending_and_asking(serve, reach, reply, outcome):
    bureau = reach(serve(reply).port)
    assert bureau.send(b"x", KEY, DEADLINE) == outcome
    assert bureau.ask(KEY, DEADLINE) == outcome


@pytest.mark.parametrize("status", [400, 401, 403, 410, 413, 429, 503])
def test_these_statuses_free_a_key_when_sending_and_never_when_asking(serve, reach, status):
    bureau = reach(serve(http(status)).port, now=DEADLINE + timedelta(days=1))
    outcome = bureau.send(b"x", KEY, DEADLINE)
    assert isinstance(outcome, NotTaken) and not outcome.unheard
    assert (outcome.final, outcome.locked_out) == (status in {400, 413}, status in {401, 403})
    assert isinstance(bureau.ask(KEY, DEADLINE), Lost)


@pytest.mark.parametrize(
    "status", [201, 204, 301, 307, 308, 404, 405, 408, 409, 418, 500, 502, 504]
)
def test_any_other_status_to_a_message_tells_nothing(serve, reach, status):
    server = serve(http(status, Location="/elsewhere"))
    assert isinstance(reach(server.port).send(b"x", KEY, DEADLINE), Lost)
    assert len(server.calls) == 1, "not followed, not repeated"


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 x\r\nContent-Length: 9999\r\n\r\n<Docu",
        b"HTTP/1.1 200 x\r\nContent-Length: 1",
        b"nonsense\r\n\r\n",
    ],
)
def test_a_line_that_is_cut_anywhere_after_connecting_is_silence(serve, reach, reply):
    server = serve(reply)
    assert isinstance(reach(server.port).send(b"x", KEY, DEADLINE), Lost)
    assert len(server.calls) == 1


def test_without_a_connection_no_byte_has_left(serve, reach):
    server = serve(b"")
    port = server.port
    server.shutdown()
    server.server_close()
    assert isinstance(reach(port).send(b"x", KEY, DEADLINE), NotTaken)
    assert isinstance(reach(port).ask(KEY, DEADLINE), Lost)


def test_the_wait_that_the_bureau_wishes_is_told(serve, reach):
    bureau = reach(serve(http(429, Retry_After="7")).port)
    assert bureau.send(b"x", KEY, DEADLINE) == NotTaken("status 429", 7.0)
    bureau = reach(serve(http(429, Retry_After="tomorrow")).port)
    assert bureau.send(b"x", KEY, DEADLINE) == NotTaken("status 429")


@pytest.mark.parametrize(
    ("seconds", "freed"), [(-1, False), (0, False), (30, False), (31, True)]
)  # fmt: skip
def test_404_frees_a_key_only_after_the_deadline_and_the_skew_of_clocks(
    serve, reach, seconds, freed
):
    bureau = reach(serve(http(404)).port, now=DEADLINE + timedelta(seconds=seconds))
    outcome = bureau.ask(KEY, DEADLINE)
    assert isinstance(outcome, NotTaken) is freed
    if freed:
        assert outcome.unheard


def test_a_bureau_whose_own_clock_is_before_the_deadline_may_still_take_the_message(serve, reach):
    early = http(404, Date="Mon, 03 Mar 2025 01:30:59 GMT")
    bureau = reach(serve(early).port, now=DEADLINE + timedelta(hours=1))
    assert isinstance(bureau.ask(KEY, DEADLINE), Lost)
    late = http(404, Date="Mon, 03 Mar 2025 01:31:01 GMT")
    bureau = reach(serve(late).port, now=DEADLINE + timedelta(hours=1))
    assert isinstance(bureau.ask(KEY, DEADLINE), NotTaken)


@pytest.mark.parametrize(
    "damage",
    [
        REPORT[:-40], REPORT * 2, REPORT + b"\x00rubbish", REPORT.replace(b"H4sI", b"????"),
        b"", b"\xff\xfe", b"<html>proxy</html>", write_answer(HEAD, "AAA000"),
        write_answer(HEAD, "AAA000", report=b"<Document/>"), write_answer(HEAD, "AAA777", "?"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_is_still_an_answer_with_its_bytes(serve, reach, damage):
    outcome = reach(serve(http(200, damage)).port).send(b"x", KEY, DEADLINE)
    assert isinstance(outcome, Answer)
    assert outcome.data == damage and outcome.problem


def test_a_simulated_answer_is_no_answer_about_a_real_person(serve, reach):
    outcome = reach(serve(http(200, REPORT, Simulated="yes")).port).send(b"x", KEY, DEADLINE)
    assert outcome == Answer(REPORT, "it comes from a simulated bureau")


def an_authority():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trial authority")])
    return key, signed(name, name, key.public_key(), key, ca=True)


def signed(subject, issuer, public, key, *, ca=False):
    import ipaddress

    begins = datetime.now(UTC) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins).not_valid_after(begins + timedelta(days=3))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(True, False, False, False, False, ca, ca, False, False), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip


def write_pair(folder: Path, name: str, authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    own = signed(subject, authority[1].subject, key.public_key(), authority[0])
    pem = serialization.Encoding.PEM
    (folder / f"{name}.pem").write_bytes(own.public_bytes(pem))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip


@pytest.fixture
def secured(tmp_path, serve):
    """A server with a certificate of our authority, which wants one of the client's."""
    authority = an_authority()
    (tmp_path / "ca.pem").write_bytes(authority[1].public_bytes(serialization.Encoding.PEM))
    for name in ("server", "client"):
        write_pair(tmp_path, name, authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    context.load_verify_locations(tmp_path / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return serve(http(200, REPORT), context)


def test_both_sides_show_their_certificate(secured, reach):
    more = "ca_file: ca.pem\ncertificate_file: client.pem\nkey_file: client.key\n"
    bureau = reach(secured.port, scheme="https", more=more)
    assert bureau.send(b"x", KEY, DEADLINE) == Answer(REPORT)


def test_a_server_that_nobody_vouches_for_gets_no_byte(secured, reach):
    more = "certificate_file: client.pem\nkey_file: client.key\n"
    assert isinstance(
        reach(secured.port, scheme="https", more=more).send(b"x", KEY, DEADLINE), NotTaken
    )
    assert secured.calls == []


def test_without_our_certificate_nothing_is_answered(secured, reach):
    outcome = reach(secured.port, scheme="https", more="ca_file: ca.pem\n").send(
        b"x", KEY, DEADLINE
    )
    assert isinstance(outcome, Lost | NotTaken) and secured.calls == []


def test_a_certificate_that_is_not_there_is_told_at_once(reach):
    with pytest.raises(GatewayError, match="cannot be used"):
        reach(1, scheme="https", more="ca_file: nowhere.pem\n")
