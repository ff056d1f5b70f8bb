"""Sends scores by LTI's Assignment and Grade Services: a signed request for a token, then a score for each.

Source: LTI Assignment and Grade Services 2.0; IMS Security Framework 1.0, 4.1 (client credentials, JWT).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.errors import AutogradeError, explain

FILE = "lti.toml"
KEY = "lti-key.pem"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCORE = "application/vnd.ims.lis.v1.score+json"
LIFETIME_S = 300
PATIENCE_S = 30
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Platform:
    """A learning platform, as it told when this tool was registered there.

    Args:
        client_id: its name for this tool.
        token_url: where tokens are asked for.
        audience: for whom the request is signed; mostly `token_url`.
        lineitems: the address of each lesson's column.
    """

    client_id: str
    token_url: str
    audience: str
    lineitems: Mapping[str, str]


def read_platform(root: Path) -> Platform:
    """Return what `.course/lti.toml` says.

    Raises:
        AutogradeError: there is none, or it says something else than it may.
    """
    path = root / ".course" / FILE
    try:
        found = tomllib.loads(path.read_text("utf-8"))
        platform = Platform(
            str(found["client_id"]),
            str(found["token_url"]),
            str(found.get("audience", found["token_url"])),
            {str(lesson): str(address) for lesson, address in found["lineitems"].items()},
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        expected = "client_id, token_url and a table [lineitems]"
        raise AutogradeError(explain(str(path), expected, error, "Your platform shows them.")) from error
    for address in (platform.token_url, *platform.lineitems.values()):
        _expect_secure(address)
    return platform


def _expect_secure(address: str) -> None:
    found = urllib.parse.urlsplit(address)
    if found.scheme != "https" and found.hostname not in LOOPBACK:
        raise AutogradeError(explain(address, "an address with https", found.scheme or "none"))


def send_scores(root: Path, lesson: str, scores: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Send the scores of a lesson; return how many were taken, and why others were not.

    Raises:
        AutogradeError: the platform is not known, gives no token, or has no column for the lesson.
    """
    platform = read_platform(root)
    if lesson not in platform.lineitems:
        known = ", ".join(platform.lineitems) or "none"
        raise AutogradeError(explain(f"{FILE}: lineitems", f"a line {lesson} = ...", known))
    token = _token(platform, signing_key(root))
    address = urllib.parse.urlsplit(platform.lineitems[lesson])
    url = urllib.parse.urlunsplit(address._replace(path=f"{address.path.rstrip('/')}/scores"))
    taken, refused = 0, []
    for score in scores:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": SCORE}
        try:
            _post(url, json.dumps(dict(score)).encode(), headers)
            taken += 1
        except urllib.error.HTTPError as error:
            refused.append(
                explain(f"user {score['userId']}", "a score taken", f"{error.code} {error.reason}")
            )
    return taken, refused


def _token(platform: Platform, key: Any) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": signed(_claims(platform, int(time.time())), key),
        "scope": SCOPE,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = _post(platform.token_url, urllib.parse.urlencode(form).encode(), headers)
        return str(json.loads(answer)["access_token"])
    except urllib.error.HTTPError as error:
        next_step = "Is the public key there? See: autograde send-scores --public-key"
        actual = f"{error.code} {error.reason}"
        raise AutogradeError(explain(platform.token_url, "a token", actual, next_step)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise AutogradeError(explain(platform.token_url, "a token", "another answer")) from error


def _claims(platform: Platform, now: int) -> dict[str, Any]:
    who = {"iss": platform.client_id, "sub": platform.client_id, "aud": platform.audience}
    return who | {"iat": now, "exp": now + LIFETIME_S, "jti": secrets.token_hex(16)}


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    request = urllib.request.Request(url, body, dict(headers), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            found: bytes = answer.read()
    except urllib.error.HTTPError:
        raise
    except OSError as error:
        raise AutogradeError(explain(url, "an answer", error, "Is it reached from here?")) from error
    return found


def signing_key(root: Path) -> Any:
    """Return this course's private key, made on first use and readable by its owner only."""
    hazmat = _cryptography()
    path = root / ".course" / KEY
    if not path.exists():
        key = hazmat.rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem, plain = hazmat.serialization.Encoding.PEM, hazmat.serialization.NoEncryption()
        text = key.private_bytes(pem, hazmat.serialization.PrivateFormat.PKCS8, plain)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    return hazmat.serialization.load_pem_private_key(path.read_bytes(), None)


def public_key(key: Any) -> dict[str, Any]:
    """Return the key set that a platform registers: RFC 7517."""
    numbers = key.public_key().public_numbers()
    shown = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": _kid(numbers)}
    return {"keys": [shown | {"n": _number(numbers.n), "e": _number(numbers.e)}]}


def signed(claims: Mapping[str, Any], key: Any) -> str:
    """Return a JWT: RFC 7519, signed with RS256."""
    hazmat = _cryptography()
    header = {"alg": "RS256", "typ": "JWT", "kid": _kid(key.public_key().public_numbers())}
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, dict(claims)))
    signature = key.sign(text.encode(), hazmat.padding.PKCS1v15(), hazmat.hashes.SHA256())
    return f"{text}.{_encoded(signature)}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _kid(numbers: Any) -> str:
    return _number(numbers.n)[:16]


def _cryptography() -> Any:
    """Return what signs; it is in the extra `lti`, for few need it."""
    try:
        from types import SimpleNamespace

        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding, rsa
    except ImportError as error:
        raise AutogradeError(
            explain("cryptography", "installed", "not so", "Run: pip install cryptography")
        ) from error
    return SimpleNamespace(hashes=hashes, serialization=serialization, padding=padding, rsa=rsa)
