"""Starts an account's server as JupyterHub does: within limits for the account, and at a port of its own."""

from __future__ import annotations

import asyncio
import pwd
from collections.abc import Callable
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Int

from autograde.errors import AutogradeError, explain
from autograde.hub.cgroups import enter, make_groups

LISTENS = "0A"
LOOK_S = 0.2


class LimitedSpawner(LocalProcessSpawner):  # type: ignore[misc]  # JupyterHub has no types
    """Starts servers as processes of their accounts, each in a control group of the account."""

    processes = Int(400, config=True, help="How many processes and threads an account may have.")

    async def start(self) -> tuple[str, int]:
        """Start the server, and see that it is the one who listens at its port.

        JupyterHub tells a server a port that was free. Who is there first would get all that the account's
        browser says, in the hub's own name.
        """
        address: tuple[str, int] = await super().start()
        try:
            await asyncio.wait_for(self._is_at(address[1]), self.start_timeout)
        except AutogradeError:
            await self.stop(now=True)
            raise
        return address

    async def _is_at(self, port: int) -> None:
        own = pwd.getpwnam(self.user.name).pw_uid
        while not listeners(port) and await self.poll() is None:
            await asyncio.sleep(LOOK_S)
        if others := listeners(port) - {own}:
            expected, actual = f"user {own}", f"user {min(others)}"
            raise AutogradeError(explain(f"who listens at port {port}", expected, actual, "Start again."))

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Return what the new process does first: enter its account's group, and become the account.

        Where the kernel has no such groups, the limits for each process stay: autograde.hub.singleuser.
        """
        become = super().make_preexec_fn(name)
        try:
            groups = make_groups(name, self.mem_limit, self.processes)
        except OSError as error:
            self.log.warning("Limits hold for each process, not for all of an account: %s", error)
            groups = []

        def enter_and_become() -> None:
            enter(groups)
            become()

        return enter_and_become


def listeners(port: int, tables: tuple[str, ...] = ("/proc/net/tcp", "/proc/net/tcp6")) -> set[int]:
    """Return the user ids of all who listen at a port of this machine."""
    found: set[int] = set()
    for table in tables:
        rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
        found |= {int(row[7]) for row in rows if row[3] == LISTENS and row[1].endswith(f":{port:04X}")}
    return found
