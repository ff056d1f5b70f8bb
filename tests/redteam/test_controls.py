"""Each layer alone: the attack reaches its canary where only that layer is off, and not where it is on."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from outer import Outer

from autograde.sandbox.inside.agreed import BOX, CAPABILITIES, LANDLOCK, LIMITS, NAMESPACES, SECCOMP
from autograde.sandbox.level import LAYERS, Level

pytestmark = pytest.mark.redteam

FULL, STANDARD = LAYERS[Level.FULL], LAYERS[Level.STANDARD]


@dataclass(frozen=True)
class Control:
    """`layers` with and without `layer`; `attack` returns a true value where it got through."""

    layer: str
    layers: frozenset[str]
    attack: str
    argument: object = None


CONTROLS = [
    Control(SECCOMP, FULL, "import os\ndef attack(_):\n    return os.fork() >= 0\n"),
    Control(SECCOMP, FULL, "import socket\ndef attack(_):\n    return bool(socket.socketpair())\n"),
    Control(SECCOMP, FULL, "import os\ndef attack(_):\n    return os.memfd_create('more memory') > 0\n"),
    Control(LANDLOCK, FULL, "def attack(path):\n    return open(path).read()\n", "/canary/shown/secret.txt"),
    Control(LIMITS, FULL, "import numpy as np\ndef attack(n):\n    return np.ones(n).size\n", 40_000_000),
    # The box's /proc shows that other processes exist; Landlock and seccomp let a worker ask.
    Control(NAMESPACES, FULL, "import os\ndef attack(path):\n    return os.path.exists(path)\n", "/proc/1"),
    Control(NAMESPACES, FULL, "import os\ndef attack(_):\n    return os.getpid() != 1\n"),
    # Landlock denies reading, not asking for a file's size: without the box its existence shows.
    Control(
        BOX,
        STANDARD,
        "import os\ndef attack(path):\n    return os.stat(path).st_size\n",
        "/canary/secret.txt",
    ),
    # Seccomp hides this layer, so it is off in both rows.
    Control(
        CAPABILITIES,
        FULL - {SECCOMP},
        "import socket\ndef attack(n):\n    return socket.sethostname(n) is None\n",
        "x",
    ),
]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: f"{control.layer}-{control.attack[7:24]}")
def test_attack_succeeds_without_the_layer_and_fails_with_it(outer: Outer, control: Control) -> None:
    def run(layers: frozenset[str]) -> dict[str, object]:
        return outer.ask("control", layers=sorted(layers), source=control.attack, argument=control.argument)

    without = run(control.layers - {control.layer})
    assert without.get("achieved"), without
    held = run(control.layers)
    assert not held.get("achieved"), held


def test_landlock_and_seccomp_alone_stop_what_the_other_lets_through(outer: Outer) -> None:
    stopped = [
        outer.ask("control", layers=[LANDLOCK, SECCOMP, LIMITS], source=each.attack, argument=each.argument)
        for each in CONTROLS
        if each.layer in (LANDLOCK, SECCOMP)
    ]
    assert all("stopped" in found for found in stopped), stopped


def test_an_ordinary_user_judges_honest_work_at_every_level(outer: Outer) -> None:
    assert outer.ask("levels") == {
        "full": "accepted",
        "standard": "accepted",
        "filtered": "accepted",
        "none": "accepted",
        "probed": "full",
    }


def test_two_hundred_submissions_leave_nothing_open_and_nothing_running(outer: Outer) -> None:
    found = outer.ask("soak", count=200)
    assert found["after"] == found["before"]
    assert found["verdicts"].pop("honest accepted") == 100
    assert len(found["verdicts"]) >= 5, "a mixture of verdicts"
