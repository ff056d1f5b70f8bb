"""Starts an account's server as JupyterHub does, within limits on all that the account runs together."""

from __future__ import annotations

from collections.abc import Callable

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Int

from autograde.hub.cgroups import enter, make_groups


class LimitedSpawner(LocalProcessSpawner):  # type: ignore[misc]  # JupyterHub has no types
    """Starts servers as processes of their accounts, each in a control group of the account."""

    processes = Int(400, config=True, help="How many processes and threads an account may have.")

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
