"""Settings of the way to a bureau: all problems at once, no secret in them, TLS but at home."""

import pytest

from daihou.errors import GatewayError
from daihou.gateways.message import sm3
from daihou.gateways.settings import PASSWORD_VARIABLE, Retry, parse_bureau, password_digest

GOOD = """\
adapter: http
url: https://bureau.example/ask
sender: D10000000H0001
receiver: A1000000000001
org: D10000000H0001
user: batch01
"""


def test_the_shortest_file_has_defaults_for_the_rest():
    told = parse_bureau(GOOD, "bureau.yaml")
    assert (told.workers, told.per_minute, told.timezone) == (4, 600, "Asia/Shanghai")
    assert told.deadline_seconds > told.timeouts.read, "a message outlives the wait for its answer"
    assert not told.here


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:1"])
def test_this_machine_needs_no_encryption(host):
    assert parse_bureau(GOOD.replace("https://bureau.example", f"http://{host}"), "x").here


@pytest.mark.parametrize(
    "url",
    [
        "http://bureau.example", "http://127.0.0.1.example", "ftp://bureau.example", "bureau",
        "https://user:word@bureau.example", "https://bureau.example?a=b", "http://[::1",
        "https://bureau.example:99999", "http://localhost@bureau.example",
    ],
)  # fmt: skip
def test_an_address_without_encryption_or_with_more_in_it_is_refused(url):
    with pytest.raises(GatewayError, match="url"):
        parse_bureau(GOOD.replace("https://bureau.example/ask", f"'{url}'"), "x")


def test_all_problems_are_told_at_once_with_their_place():
    text = GOOD.replace("D10000000H0001\nreceiver", "short\nreceiver") + (
        "workers: 0\ntimezone: Mars/Base\nsecret: x\nretry: {factor: 0}\n"
    )
    with pytest.raises(GatewayError) as caught:
        parse_bureau(text, "bureau.yaml")
    for place in ("sender", "workers", "timezone", "secret", "retry.factor"):
        assert f"\n  - {place}: " in caught.value.message


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("adapter: files", "files needs `folder`"),
        ("adapter: http\ncertificate_file: a.pem", "go together"),
        ("adapter: pigeons", "adapter"),
        ("adapter: [", "not YAML"),
    ],
)
def test_what_belongs_together_is_asked_for(change, told):
    with pytest.raises(GatewayError, match=told):
        parse_bureau(GOOD.replace("adapter: http", change), "x")


def test_the_password_comes_from_the_environment_and_only_its_digest_is_given(monkeypatch):
    monkeypatch.setenv(PASSWORD_VARIABLE, "abc")
    # Source: GB/T 32905-2016, appendix A.1.
    assert password_digest() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert password_digest() == sm3("abc")
    monkeypatch.setenv(PASSWORD_VARIABLE, "")
    with pytest.raises(GatewayError, match="no password"):
        password_digest()


def test_waits_grow_to_a_limit_and_are_spread():
    retry = Retry(seconds=5, factor=2, most_seconds=60, jitter_percent=20)
    assert [retry.wait(times, 0.5) for times in (0, 1, 2, 3, 4, 500)] == [5, 10, 20, 40, 60, 60]
    assert (retry.wait(0, 0.0), retry.wait(0, 1.0)) == (4, 6)
