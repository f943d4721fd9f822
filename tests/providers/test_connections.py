"""Connections kept between requests: for whom, how long, and that none is left over."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from nbstream.errors import ConnectionFailed, UsageError
from nbstream.providers import connections
from nbstream.providers.connections import borrowed
from nbstream.providers.openai_chat import OpenAIChat
from nbstream.providers.presets import LLAMACPP
from tests.loopback import STALL, Answer, Loopback, LoopbackThread
from tests.providers.adapters import ADAPTERS, KEY, Adapter, gather, request, text_of
from tests.speaking import Speech

CHAT = next(each for each in ADAPTERS if each.name == "openai-chat")


class Client:
    def __init__(self) -> None:
        self.is_closed = False

    async def close(self) -> None:
        self.is_closed = True


def make() -> tuple[Client, object]:
    client = Client()
    return client, client.close


async def lent(*identity: object) -> Client:
    async with borrowed(make, *identity) as client:  # type: ignore[arg-type]
        return client


def pools() -> set[asyncio.AbstractEventLoop]:
    """The loops that have clients; those of other tests may run on."""
    return set(connections._pools)  # pyright: ignore[reportPrivateUsage]


async def test_a_client_is_lent_again_for_the_same_only() -> None:
    first = await lent("openai", "http://a", "key")
    assert await lent("openai", "http://a", "key") is first
    for other in (("openai", "http://a", "key2"), ("openai", "http://b", "key"), ("x",)):
        assert await lent(*other) is not first


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "OPENAI_ORG_ID"])
async def test_what_a_client_reads_from_the_environment_holds_from_the_next_request_on(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await lent("a")
    monkeypatch.setenv(variable, "changed")
    assert await lent("a") is not first


async def test_of_many_clients_the_longest_unused_is_closed_and_none_in_use() -> None:
    async with borrowed(make, "in use") as used:  # type: ignore[arg-type]
        clients = [await lent(number) for number in range(12)]
        assert not used.is_closed
        assert [client.is_closed for client in clients] == [True] * 5 + [False] * 7
    assert await lent("in use") is used


def test_a_loop_that_ends_closes_its_clients() -> None:
    before = pools()
    client = asyncio.run(lent("a"))
    assert client.is_closed
    assert pools() == before


def test_a_loop_closed_without_a_word_is_forgotten() -> None:
    before = pools()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(lent("a"))
    loop.close()
    asyncio.run(lent("b"))
    assert pools() == before


async def test_no_key_is_in_what_is_kept() -> None:
    await lent("openai", "http://a", KEY)
    kept = connections._pools[asyncio.get_running_loop()]  # pyright: ignore[reportPrivateUsage]
    assert KEY not in repr(kept)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
def test_nothing_is_left_over_after_many_loops(adapter: Adapter) -> None:
    answer, kept = Answer([adapter.whole(["Hi"])], keep_alive=True), pools()
    with LoopbackThread(answer) as server:

        async def twice() -> None:
            for _ in range(2):
                assert text_of(await gather(adapter.make(server.url))) == "Hi"

        asyncio.run(twice())
        gc.collect()
        before = open_files()
        for _ in range(50 if adapter.name == "openai-chat" else 5):
            asyncio.run(twice())
        gc.collect()
        # The server may not have closed its side of the last one yet.
        assert open_files() <= before + 1
        loops = 51 if adapter.name == "openai-chat" else 6
        assert server.server.connections == loops
    assert pools() == kept


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_connection_left_in_mid_answer_is_not_used_again(adapter: Adapter) -> None:
    before, spoken, _ = adapter.framed(["Hi"])
    stalled = Answer([before, *spoken, STALL], keep_alive=True)
    whole = Answer([adapter.whole(["Hi"])], keep_alive=True)
    async with Loopback(stalled, whole) as server:
        provider = adapter.make(server.url)
        stream = provider.stream(request())
        await anext(stream)
        await stream.aclose()
        assert text_of(await gather(provider)) == "Hi"
    assert [received.connection for received in server.requests] == [1, 2]


async def test_a_server_that_hangs_up_after_an_answer_gets_a_new_connection_for_the_next() -> None:
    answer = Answer([CHAT.whole(["Hi"])], keep_alive=True)
    async with Loopback(answer) as server:
        for _ in range(2):
            llamacpp = OpenAIChat(name="llamacpp", preset=LLAMACPP, base_url=server.url)
            assert text_of(await gather(llamacpp)) == "Hi"
    assert [received.connection for received in server.requests] == [1, 2]


async def spoken_over_tls(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, adapter: Adapter
) -> None:
    await reader.readuntil(b"\r\n\r\n")
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    await ended(writer, head + adapter.whole(["Hi"]))


async def ended(writer: asyncio.StreamWriter, last: bytes = b"") -> None:
    with suppress(OSError):
        writer.write(last)
        await writer.drain()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key and a certificate for 127.0.0.1 that nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("makes its certificate with openssl")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=nbstream", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, certificate


@pytest.fixture(autouse=True)
def _no_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@asynccontextmanager
async def serving(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    tls: ssl.SSLContext | None = None,
) -> AsyncGenerator[int]:
    """The port of a server; it ends when all its answers have."""
    answers: set[asyncio.Future[None]] = set()

    def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.add(asyncio.ensure_future(answer(reader, writer)))

    server = await asyncio.start_server(answered, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*answers)


@asynccontextmanager
async def tls_server(adapter: Adapter, key: Path, certificate: Path) -> AsyncGenerator[int]:
    """The port of a server that says "Hi" in the adapter's protocol."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await spoken_over_tls(reader, writer, adapter)

    async with serving(speak, context) as port:
        yield port


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_certificate_of_ones_own_is_trusted_where_the_environment_names_it(
    adapter: Adapter, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tls_server(adapter, *certificate) as port:
        provider = adapter.make(f"https://127.0.0.1:{port}")
        with pytest.raises(ConnectionFailed) as failed:
            await gather(provider)
        assert f"127.0.0.1:{port}: no authority known here has signed" in str(failed.value)
        assert "SSL_CERT_FILE" in str(failed.value)
        assert not failed.value.recoverable
        for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            with monkeypatch.context() as set_:
                set_.setenv(variable, str(certificate[1]))
                assert text_of(await gather(provider)) == "Hi"


async def test_a_certificate_for_another_name_is_told(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    async with tls_server(CHAT, *certificate) as port:
        with pytest.raises(ConnectionFailed, match="is for another name; check the address"):
            await gather(CHAT.make(f"https://localhost:{port}"))


async def test_a_server_without_tls_is_told() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        await ended(writer, b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")

    async with serving(refuse) as port:
        with pytest.raises(ConnectionFailed, match=r"does not speak TLS.*http://"):
            await gather(CHAT.make(f"https://127.0.0.1:{port}"))


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "nothing"])
async def test_a_variable_that_names_no_certificates_is_told(
    variable: str, content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "authorities.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(variable, str(path))
    with pytest.raises(UsageError, match=f"^{variable} names .*authorities.pem"):
        await gather(CHAT.make("https://127.0.0.1:9"))


async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """A proxy that leads every CONNECT to the port."""
    await reader.readuntil(b"\r\n\r\n")
    there, here = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def lead(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        await ended(target)

    await asyncio.wait(
        [asyncio.ensure_future(lead(*way)) for way in ((reader, here), (there, writer))]
    )


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_proxy_leads_to_a_server_that_only_it_can_reach(
    adapter: Adapter, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    async with tls_server(adapter, *certificate) as port:

        async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await tunnel(reader, writer, port)

        async with serving(lead) as proxy:
            set_proxy(monkeypatch, f"http://127.0.0.1:{proxy}")
            # The certificate is for this address, which the client does not look up or ask itself.
            monkeypatch.setattr(connections, "is_loopback", lambda _url: False)

            async def asked() -> str:
                return text_of(await gather(adapter.make("https://127.0.0.1:1")))

            # On a loop of its own, whose end closes the tunnel.
            assert await asyncio.to_thread(asyncio.run, asked()) == "Hi"


def set_proxy(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """The proxy for https, whatever this machine has."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, address)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
@pytest.mark.parametrize("strange", ["sk-canary\u201d", "sk-canary\nX: y", "sk-ca\x00nary", "clé"])
async def test_a_key_that_cannot_be_sent_comes_in_no_log(
    adapter: Adapter, strange: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = adapter.make("https://127.0.0.1:9", api_key=strange)
    with pytest.raises(UsageError, match="holds a character that cannot be sent") as failed:
        await gather(provider)
    assert "canary" not in str(failed.value) + caplog.text


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_proxy_that_lets_nothing_through_is_named(
    adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Loopback(Answer(status=403)) as proxy:
        set_proxy(monkeypatch, proxy.url)
        with pytest.raises(ConnectionFailed, match=r"models\.invalid: the proxy .* HTTPS_PROXY"):
            await gather(adapter.make("https://models.invalid"))
    assert proxy.requests[0].method == "CONNECT"


COLD = """
import asyncio, sys
from nbstream import providers
from nbstream.providers import connections

async def warmed():
    provider = providers.create(sys.argv[1], base_url="http://127.0.0.1:9", api_key="key")
    assert sys.argv[2] not in sys.modules
    await provider.warm_up()
    assert sys.argv[2] in sys.modules
    (pool,) = connections._pools.values()
    assert len(pool.clients) == 1

asyncio.run(warmed())
"""


@pytest.mark.parametrize(
    ("name", "sdk"), [("openai", "openai"), ("anthropic", "anthropic"), ("google", "google.genai")]
)
def test_warmed_up_the_sdk_is_loaded_and_its_client_made(name: str, sdk: str) -> None:
    subprocess.run([sys.executable, "-c", COLD, name, sdk], check=True)


AT_EXIT = """
import asyncio, sys, threading
from nbstream.providers.openai_chat import OpenAIChat
from nbstream.request import Message, Request

async def ask():
    async for _ in OpenAIChat(base_url=sys.argv[1]).stream(Request("m", (Message("user", "Hi"),))):
        pass

loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
asyncio.run_coroutine_threadsafe(ask(), loop).result()
"""


def test_at_the_interpreters_exit_nothing_is_said() -> None:
    answer = Speech(tokens_per_s=None).answer("/chat/completions")
    answer.keep_alive = True
    answer.steps = list(answer.steps)  # type: ignore[arg-type]
    with LoopbackThread(answer) as server:
        done = subprocess.run(
            [sys.executable, "-W", "always", "-c", AT_EXIT, server.url],
            capture_output=True,
            text=True,
            check=False,
        )
        server.wait_closed(server.requests[0])
    assert (done.returncode, done.stderr) == (0, "")
