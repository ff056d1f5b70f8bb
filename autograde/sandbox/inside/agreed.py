"""What a worker and whoever launches it agree on."""

from __future__ import annotations

LANDLOCK, SECCOMP, NAMESPACES, BOX = "landlock", "seccomp", "namespaces", "box"
USER, LIMITS, CAPABILITIES = "user", "limits", "capabilities"
"""The layers that can hold a worker."""

WORKER_UID = 0x6000_0000
"""The first of the users that workers become when the judge is root."""

LOST = 71
"""The exit status of a worker whose GPU answers no more calls."""

LOCKED_OUT = 96
"""The exit status of a process that could not be locked down."""
