"""Scores reach a platform by LTI: a stand-in checks signature, audience, scope and every score."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from autograde.classroom import ags
from autograde.errors import AutogradeError

LESSON = "01_octaves"
SCORE = {"userId": "7", "scoreGiven": 4.0, "scoreMaximum": 10.0, "activityProgress": "Completed"}
SCORE |= {"gradingProgress": "FullyGraded", "timestamp": "2026-11-26T10:00:00.000+00:00"}


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Stand(ThreadingHTTPServer):
    """A platform that knows one tool by its key, and one column with one user."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.keys: dict[str, Any] = {"keys": []}
        self.used: set[str] = set()
        self.scores: list[dict[str, Any]] = []

    def lets_in(self, form: dict[str, list[str]]) -> bool:
        """Whether a request for a token is as the specification wants it."""
        header, claims, signature = form["client_assertion"][0].split(".")
        said, head = json.loads(decoded(claims)), json.loads(decoded(header))
        key = next((each for each in self.keys["keys"] if each["kid"] == head["kid"]), None)
        if key is None or head["alg"] != "RS256" or said["jti"] in self.used:
            return False
        numbers = (int.from_bytes(decoded(key[name]), "big") for name in ("e", "n"))
        public = rsa.RSAPublicNumbers(*numbers).public_key()
        try:
            public.verify(
                decoded(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            return False
        self.used.add(said["jti"])
        right = {"iss": "tool-1", "sub": "tool-1", "aud": f"{self.url}/token"}
        in_time = said["iat"] - 5 <= time.time() < said["exp"] <= said["iat"] + 3600
        kinds = (form["grant_type"], form["client_assertion_type"]) == (
            ["client_credentials"],
            [ags.ASSERTION],
        )
        return right.items() <= said.items() and in_time and kinds and form["scope"] == [ags.SCOPE]


class Handler(BaseHTTPRequestHandler):
    server: Stand

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/token":
            right = self.server.lets_in(parse_qs(body))
            self.answer(
                200 if right else 400, {"access_token": "a-token"} if right else {"error": "invalid_client"}
            )
        elif self.headers["Authorization"] != "Bearer a-token" or self.headers["Content-Type"] != ags.SCORE:
            self.answer(401, {})
        elif self.path != "/lineitems/3/scores?type=1" or json.loads(body)["userId"] != "7":
            self.answer(404, {})
        else:
            self.server.scores.append(json.loads(body))
            self.answer(200, {})

    def answer(self, code: int, found: dict[str, Any]) -> None:
        content = json.dumps(found).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Stand]:
    """Run a platform at which the course in `tmp_path` is registered."""
    (tmp_path / ".course").mkdir()
    with Stand() as stand:
        thread = threading.Thread(target=stand.serve_forever, args=(0.01,))
        thread.start()
        text = f'client_id = "tool-1"\ntoken_url = "{stand.url}/token"\n[lineitems]\n'
        (tmp_path / ".course" / ags.FILE).write_text(f'{text}{LESSON} = "{stand.url}/lineitems/3?type=1"\n')
        stand.keys = ags.public_key(ags.signing_key(tmp_path))
        yield stand
        stand.shutdown()
        thread.join()


def test_scores_are_taken_and_what_is_not_is_said(platform: Stand, tmp_path: Path) -> None:
    taken, refused = ags.send_scores(tmp_path, LESSON, [SCORE, SCORE | {"userId": "8"}])
    assert taken == 1
    assert platform.scores == [SCORE]
    assert refused == ["user 8: expected a score taken, got 404 Not Found."]
    assert (tmp_path / ".course" / ags.KEY).stat().st_mode & 0o077 == 0


def test_another_key_gets_no_token(platform: Stand, tmp_path: Path) -> None:
    (tmp_path / ".course" / ags.KEY).unlink()
    with pytest.raises(AutogradeError, match=r"expected a token, got 400 .* send-scores --public-key"):
        ags.send_scores(tmp_path, LESSON, [SCORE])
    assert platform.scores == []


def test_a_signature_is_for_these_claims_alone(platform: Stand, tmp_path: Path) -> None:
    """The stand-in's own control: what is signed for another audience, or not at all, is refused."""
    key = ags.signing_key(tmp_path)
    now = int(time.time())
    claims = {"iss": "tool-1", "sub": "tool-1", "aud": f"{platform.url}/token", "iat": now, "exp": now + 60}
    form = {
        "grant_type": ["client_credentials"],
        "client_assertion_type": [ags.ASSERTION],
        "scope": [ags.SCOPE],
    }

    def lets_in(**changes: Any) -> bool:
        token = ags.signed(claims | {"jti": str(len(platform.used))} | changes, key)
        return platform.lets_in(form | {"client_assertion": [token]})

    assert lets_in()
    assert not lets_in(aud="https://elsewhere")
    assert not lets_in(exp=now - 1)
    head, body, signature = ags.signed(claims | {"jti": "x"}, key).split(".")
    changed = json.dumps(json.loads(decoded(body)) | {"exp": now + 90}).encode()
    forged = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
    assert not platform.lets_in(form | {"client_assertion": [f"{head}.{forged}.{signature}"]})
    assert not platform.lets_in(form | {"client_assertion": [f"{head}.{body}.{signature}"], "scope": ["all"]})


def test_an_address_without_tls_is_refused(platform: Stand, tmp_path: Path) -> None:
    path = tmp_path / ".course" / ags.FILE
    path.write_text(path.read_text().replace(platform.url, "http://platform.example"))
    with pytest.raises(AutogradeError, match="expected an address with https, got http"):
        ags.send_scores(tmp_path, LESSON, [SCORE])
    assert platform.scores == []
