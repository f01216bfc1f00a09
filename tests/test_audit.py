"""``make audit``: what it asks, and what it says where there is a weakness, none, no network or a broken answer.

The source here is a server of the test on the loopback interface; no test asks the real one.
"""

from __future__ import annotations

import importlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return importlib.import_module("audit")


@pytest.fixture
def source() -> Iterator[Callable[[int, bytes | dict], str]]:
    """A source of advisories that gives one answer; a dictionary says which purl has which weaknesses."""
    servers = []

    def start(status: int, answer: bytes | dict) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer if isinstance(answer, bytes) else osv(asked, answer))

            def log_message(self, *_: object) -> None:
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/v1/querybatch"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def osv(asked: list[dict], weaknesses: dict[str, list[str]]) -> bytes:
    found = [weaknesses.get(query["package"]["purl"].partition("@")[0], []) for query in asked]
    return json.dumps({"results": [{"vulns": [{"id": i} for i in ids]} if ids else {} for ids in found]}).encode()


def test_every_package_and_vendored_script_is_asked_about(audit: ModuleType) -> None:
    names = {purl.partition("@")[0] for purl in audit.purls()}
    assert {"pkg:pypi/spacy", "pkg:pypi/jinja2", "pkg:npm/plotly.js", "pkg:npm/datatables.net"} <= names
    assert len(audit.purls()) < 1000, "the source takes no more at once"


def test_nothing_known(audit: ModuleType, source: Callable, capsys: pytest.CaptureFixture) -> None:
    assert audit.main(source(200, {})) == 0
    assert capsys.readouterr().out == f"Audit: {len(audit.purls())} packages, 0 with known weaknesses\n"


def test_a_weakness_is_named_and_fails(audit: ModuleType, source: Callable, capsys: pytest.CaptureFixture) -> None:
    assert audit.main(source(200, {"pkg:pypi/jinja2": ["GHSA-1", "PYSEC-2"], "pkg:npm/plotly.js": ["GHSA-3"]})) == 1
    told = capsys.readouterr().out
    assert "pkg:pypi/jinja2@" in told and "vulnerability/GHSA-1, " in told and "vulnerability/GHSA-3" in told
    assert "2 with known weaknesses" in told


def test_without_a_network_it_says_so_and_does_not_fail(audit: ModuleType, capsys: pytest.CaptureFixture) -> None:
    assert audit.main("http://127.0.0.1:9/v1/querybatch") == 0
    assert "NOT DONE, no advisory source can be reached" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status", "answer"),
    [(500, b""), (403, b"no"), (200, b"<html>sign in</html>"), (200, b"{}"), (200, b'{"results": [{}]}'), (200, b"[]")],
)
def test_a_broken_answer_is_no_all_clear(
    audit: ModuleType, source: Callable, capsys: pytest.CaptureFixture, status: int, answer: bytes
) -> None:
    assert audit.main(source(status, answer)) == 2
    assert "NOT DONE" in capsys.readouterr().err


def test_it_is_no_part_of_the_tests_or_of_setup() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert makefile.count("scripts/audit.py") == 1 and "audit" not in (ROOT / ".ci/run").read_text("utf-8")
    assert "audit" not in "".join(line for line in makefile.splitlines() if line.startswith(("test:", "$(STAMP):")))
