"""Grading on a cluster of Dask: the options of `grade`, and whether a cluster is ready for it."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from autograde.course.course import find_course
from autograde.errors import AutogradeError, explain

if TYPE_CHECKING:
    from autograde.classroom.cluster import Cluster

SCHEDULER = click.option(
    "--scheduler", metavar="ADDRESS", help="Judge on a cluster of Dask, such as tls://host:8786."
)
INSECURE = click.option("--insecure", is_flag=True, help="Use a scheduler without TLS.")


def connected(root: Path, address: str, insecure: bool) -> Cluster:
    """Return the cluster at an address; raise AutogradeError if it cannot be used."""
    _expect_distributed()
    from autograde.classroom.cluster import Cluster

    return Cluster(root, address, insecure=insecure)


def _expect_distributed() -> None:
    missing = [name for name in ("distributed", "cryptography") if find_spec(name) is None]
    if missing:
        next_step = "Install them with: pip install distributed cryptography"
        raise AutogradeError(
            explain("cluster", "distributed and cryptography", f"no {missing[0]}", next_step)
        )


@click.command("cluster-check")
@click.argument("address")
@INSECURE
def cluster_check(address: str, insecure: bool) -> None:
    """Say whether the workers of the scheduler at ADDRESS can grade: their versions and their sandboxes.

    Exit code 0: all of them can. 1: a sandbox is weaker there than here. 2: they cannot, and why.

    Example: autograde cluster-check tls://host:8786
    """
    root = find_course()
    cluster = connected(root, address, insecure)
    try:
        from autograde.classroom.cluster import this_machine

        machines, here = cluster.machines(), this_machine()
        for worker, machine in sorted(machines.items()):
            click.echo(f"{worker}: the same versions as here; sandbox {machine.sandbox}")
        click.echo(f"{len(machines)} workers, {cluster.workers} submissions at a time")
    finally:
        cluster.close()
    sys.exit(0 if all(each.sandbox == here.sandbox for each in machines.values()) else 1)


@click.command("cluster-certificate")
def cluster_certificate() -> None:
    """Make the certificate and the key by which this course's scheduler, workers and grader know each other.

    Whoever has the key can run code on the workers. It is readable by your account only.

    Example: autograde cluster-certificate
    """
    _expect_distributed()
    from autograde.classroom.cluster import CERTIFICATE, KEY, make_certificate

    folder = make_certificate(find_course())
    certificate, key = (quote(str(folder / name)) for name in (CERTIFICATE, KEY))
    tls = f"--tls-ca-file {certificate} --tls-cert {certificate} --tls-key {key}"
    click.echo(f"dask scheduler --protocol tls --port 8786 {tls}", nl=True)
    click.echo(f"dask worker tls://HOST:8786 --nthreads 1 {tls}")


COMMANDS: list[click.Command] = [cluster_check, cluster_certificate]
