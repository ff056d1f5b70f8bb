"""People come to a hub from a platform by LTI 1.3; a stand-in for the platform checks what the hub asks it.

The hub's configuration has the lines of `autograde hub --lti`. Each forged answer differs in one thing from
the answer that lets ada in.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from hub import programs, three_free_ports
from serving import running

from autograde.classroom import ags
from autograde.hub.config import proxy_command
from autograde.hub.lti import LINES

MISSING = "" if programs() and find_spec("ltiauthenticator") else "jupyterhub or ltiauthenticator is missing"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
CLIENT = "tool-1"

CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.command = {proxy}
c.Authenticator.allowed_users = {{"ada"}}
"""

Change = Callable[[dict[str, Any]], dict[str, Any]]


class Platform(ThreadingHTTPServer):
    """Shows its public key; its other pages are played by the test."""

    def __init__(self, keys: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), Keys)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.keys = keys


class Keys(BaseHTTPRequestHandler):
    server: Platform

    def do_GET(self) -> None:
        content = json.dumps(self.server.keys).encode()
        self.send_response(200 if self.path == "/JWKS" else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@dataclass(frozen=True)
class World:
    """A platform, its private key, and a hub that knows the platform."""

    hub: str
    platform: str
    key: Any

    def ask(self, session: requests.Session) -> dict[str, str]:
        """Begin a login as the platform does, and return what the hub asks of it, after a look at it."""
        hints = {"login_hint": "hint-of-ada", "lti_message_hint": "message-hint"}
        form = {"iss": self.platform, "target_link_uri": f"{self.hub}/hub/home", "client_id": CLIENT, **hints}
        answer = session.post(f"{self.hub}/hub/lti13/oauth_login", data=form, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        address = urlsplit(answer.headers["Location"])
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{self.platform}/AUTHORIZE"
        asked = dict(parse_qsl(address.query))
        fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post"}
        theirs = {"client_id": CLIENT, "redirect_uri": f"{self.hub}/hub/lti13/oauth_callback"}
        assert asked["prompt"] == "none"
        assert (fixed | theirs | hints).items() <= asked.items()
        assert len(asked["nonce"]) >= 32
        assert len(asked["state"]) >= 32
        return asked

    def answer(self, asked: dict[str, str], change: Change, key: Any = None) -> dict[str, str]:
        """Return the platform's answer for ada, signed after a change."""
        now = int(time.time())
        claims = {
            "iss": self.platform,
            "aud": CLIENT,
            "sub": "4711",
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            f"{CLAIM}/version": "1.3.0",
            f"{CLAIM}/message_type": "LtiResourceLinkRequest",
            f"{CLAIM}/deployment_id": "1",
            f"{CLAIM}/target_link_uri": f"{self.hub}/hub/home",
            f"{CLAIM}/resource_link": {"id": "lesson"},
            f"{CLAIM}/roles": [],
            f"{CLAIM}/custom": {"account": "ada"},
        }
        return {"id_token": ags.signed(change(claims), key or self.key), "state": asked["state"]}

    def launch(self, session: requests.Session, answer: dict[str, str]) -> int:
        """Bring the platform's answer to the hub, as the browser does; return the status."""
        page = f"{self.hub}/hub/lti13/oauth_callback"
        return session.post(page, data=answer, allow_redirects=False).status_code

    def name(self, session: requests.Session) -> str:
        """Return who the hub thinks a session is."""
        answer = session.get(f"{self.hub}/hub/home", allow_redirects=False)
        found = re.search(r'user: "(\w+)"', answer.text)
        return found[1] if answer.status_code == 200 and found else ""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, port = tmp_path_factory.mktemp("lti"), three_free_ports()
    (folder / ".course").mkdir()
    key = ags.signing_key(folder)
    with Platform(ags.public_key(key)) as platform:
        thread = threading.Thread(target=platform.serve_forever, args=(0.01,))
        thread.start()
        text = CONFIG.format(port=port, hub_port=port + 1, api_port=port + 2, proxy=proxy_command())
        lines = LINES.replace('"https://PLATFORM', f'"{platform.url}').replace("CLIENT_ID", CLIENT)
        (folder / "jupyterhub_config.py").write_text(text + lines)
        command = [sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"]
        address = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            urllib.request.urlopen(f"{address}/hub/health", timeout=2).close()
            return True

        with running(command, answers, folder / "log", os.environ, folder):
            yield World(address, platform.url, key)
        platform.shutdown()
        thread.join()


def unchanged(claims: dict[str, Any]) -> dict[str, Any]:
    return claims


def test_who_comes_from_the_platform_is_in(world: World) -> None:
    session = requests.Session()
    assert world.name(session) == ""
    assert world.launch(session, world.answer(world.ask(session), unchanged)) == 302
    assert world.name(session) == "ada"


def changed(**changes: Any) -> Change:
    return lambda claims: claims | changes


FORGED = {
    "for another tool": changed(aud="tool-2"),
    "of another platform": changed(iss="https://elsewhere"),
    "too late": changed(exp=1, iat=0),
    "with another nonce": changed(nonce="x" * 64),
    "of another version": changed(**{f"{CLAIM}/version": "1.1"}),
    "without a version": lambda claims: {k: v for k, v in claims.items() if not k.endswith("/version")},
    "for somebody whom the hub does not let in": changed(**{f"{CLAIM}/custom": {"account": "root"}}),
    "for nobody": changed(**{f"{CLAIM}/custom": {"account": "$User.username"}}),
    "without the parameter": changed(**{f"{CLAIM}/custom": {}}),
}


@pytest.mark.parametrize("name", FORGED)
def test_an_answer_that_is_not_theirs_lets_nobody_in(world: World, name: str) -> None:
    session = requests.Session()
    assert world.launch(session, world.answer(world.ask(session), FORGED[name])) in (400, 401, 403)
    assert world.name(session) == ""


def test_a_forged_signature_a_state_of_another_and_a_second_use_let_nobody_in(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / ".course").mkdir()
    session, other = requests.Session(), requests.Session()
    asked = world.ask(session)
    assert world.launch(session, world.answer(asked, unchanged, ags.signing_key(tmp_path))) == 400
    asked = world.ask(session)
    good = world.answer(asked, unchanged)
    assert world.launch(other, good) == 400, "in another browser"
    theirs = world.ask(other)
    assert world.launch(other, good | {"state": theirs["state"]}) == 400, "with that browser's own state"
    assert world.launch(session, good | {"state": theirs["state"]}) == 400
    head, body, _ = good["id_token"].split(".")
    unsigned = ags._encoded(json.dumps({"alg": "none"}).encode())
    for token in (f"{unsigned}.{body}.", f"{head}.{body}.", f"{unsigned}.{body}.x"):
        answer = {"id_token": token, "state": world.ask(session)["state"]}
        assert world.launch(session, answer) in (400, 401)
    assert world.name(session) == world.name(other) == ""
    good = world.answer(world.ask(session), unchanged)
    assert world.launch(session, good) == 302
    assert world.launch(other, good) == 400
