"""The same jobs on a cluster of Dask: bytes travel there, results come back, and no folder is shared.

Each worker gets the course from a plug-in, also one that is started in place of another, and judges in
processes of its own. Who may speak to a scheduler may run code on its workers: so it speaks TLS.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import platform
import shutil
import tarfile
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from multiprocessing import current_process
from pathlib import Path

from distributed import Client, Worker, WorkerPlugin
from distributed.security import Security

from autograde.classroom.pool import Job, Judged, Pool, Then
from autograde.course.course import course_secret, secret_path
from autograde.course.settings import read_settings
from autograde.course.version import CHANGING, course_digest, engine_digest
from autograde.errors import AutogradeError, explain
from autograde.sandbox.level import probe

PATIENCE_S = 30
"""How long the scheduler, and then its first worker, may take to answer."""

CERTIFICATE, KEY = "certificate.pem", "key.pem"
FOLDER = Path(".course") / "cluster"
"""Where the course keeps what its cluster trusts."""


@dataclass(frozen=True)
class Machine:
    """What a verdict depends on besides the course, and the level of the sandbox there."""

    engine: str
    python: str
    dask: str
    processor: str
    sandbox: str

    def differences(self, other: Machine) -> list[str]:
        """Return what has to be equal and is not, as "python: 3.11.7 here, 3.12.1 there"."""
        here, there = vars(self), vars(other)
        names = ("engine", "python", "dask", "processor")
        return [
            f"{name}: {here[name]} here, {there[name]} there" for name in names if here[name] != there[name]
        ]


def this_machine() -> Machine:
    """Return what this process would judge with."""
    level = str(probe().level)
    return Machine(
        engine_digest(), platform.python_version(), version("distributed"), platform.machine(), level
    )


class Cluster:
    """Judges jobs of one course on the workers of a scheduler, until `close`.

    Args:
        root: the course.
        address: such as "tls://host:8786".
        insecure: go on without TLS.

    Raises:
        AutogradeError: nobody answers, TLS is missing, or a worker has other versions than this machine.
    """

    def __init__(self, root: Path, address: str, *, insecure: bool = False) -> None:
        self._root = root.resolve()
        self._client = _connected(self._root, address, insecure)
        self._executor: Executor | None = None
        self._plugin: CoursePlugin | None = None
        try:
            self._refuse_others()
        except BaseException:
            self.close()
            raise

    @property
    def workers(self) -> int:
        """Return how many jobs run at the same time."""
        return sum(self._client.nthreads().values())

    def machines(self) -> Mapping[str, Machine]:
        """Return what each worker judges with, by its address."""
        try:
            found: dict[str, Machine] = self._client.run(this_machine)
        except (ImportError, AttributeError) as error:
            next_step = "Install there what is installed here."
            raise AutogradeError(explain("cluster", "workers with autograde", error, next_step)) from error
        return found

    def start(self) -> None:
        """Do nothing: its workers run."""

    def submit(self, job: Job, then: Then | None = None) -> Future[Judged]:
        """Begin to judge one job. Nothing is made of it there: no folder is shared."""
        if self._plugin is None or self._plugin.digest != job.digest:
            self._take_course_away()
            self._plugin = CoursePlugin(self._root)
            self._client.register_plugin(self._plugin)
        if self._executor is None:
            self._executor = self._client.get_executor(pure=False)
        return self._executor.submit(_judged_there, self._plugin.name, job)

    def close(self) -> None:
        """Take the course away from the workers, and leave."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None
        with suppress(Exception):  # they are gone: their folders are their owner's alone
            self._take_course_away()
        self._client.close()

    def _take_course_away(self) -> None:
        plugin, self._plugin = self._plugin, None
        if plugin is not None:
            self._client.unregister_worker_plugin(plugin.name)

    def _refuse_others(self) -> None:
        here = this_machine()
        for address, there in self.machines().items():
            if different := here.differences(there):
                found = "; ".join(different)
                raise AutogradeError(
                    explain(address, "what is installed here", found, "Install the same there.")
                )


def _connected(root: Path, address: str, insecure: bool) -> Client:
    if not address.startswith("tls://") and not insecure:
        next_step = (
            "Whoever reaches a scheduler without TLS runs code as you. --insecure goes on all the same."
        )
        raise AutogradeError(explain("scheduler", "tls://host:port", address, next_step))
    if "://" not in address:
        raise AutogradeError(explain("scheduler", "tls://host:port or tcp://host:port", address))
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised
    client = None
    try:
        security = None if address.startswith("tcp://") else _known(trusted(root / FOLDER), root)
        client = Client(address, security=security, timeout=PATIENCE_S, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except (OSError, TypeError, ValueError, TimeoutError) as error:
        if client is not None:
            client.close()
        expected = "a scheduler with a worker" if client is None else "a worker"
        next_step = "Start both with the lines of: autograde cluster-certificate"
        raise AutogradeError(explain(address, expected, error, next_step)) from error
    return client


def _known(security: Security, root: Path) -> Security:
    """Return it if it has a certificate: without one a client fails, and then holds the process up."""
    if security.get_connection_args("client")["ssl_context"] is None:
        next_step = "Run: autograde cluster-certificate"
        raise AutogradeError(explain(str(root / FOLDER / CERTIFICATE), "a certificate", "none", next_step))
    return security


def trusted(folder: Path) -> Security:
    """Return how to speak TLS: with the course's certificate, or else as Dask's own configuration says."""
    certificate, key = (str((folder / name).resolve()) for name in (CERTIFICATE, KEY))  # read elsewhere too
    if not Path(certificate).is_file():
        return Security(require_encryption=True)
    return Security(
        require_encryption=True,
        tls_ca_file=certificate,
        tls_client_cert=certificate,
        tls_client_key=key,
        tls_scheduler_cert=certificate,
        tls_scheduler_key=key,
        tls_worker_cert=certificate,
        tls_worker_key=key,
    )


def make_certificate(root: Path) -> Path:
    """Make the certificate and key of a course's cluster, readable by their owner only; return the folder."""
    folder = root / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Security.temporary()
    for name, content in ((CERTIFICATE, made.tls_ca_file), (KEY, made.tls_client_key)):
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
    return folder


class CoursePlugin(WorkerPlugin):
    """Gives a worker the course: what judges, without the known answers of its audit, and the secret."""

    def __init__(self, root: Path) -> None:
        solutions = root / "solutions"
        self.digest = course_digest(solutions)
        self._secret = course_secret(root)
        own = hashlib.sha256(f"{root} {self.digest} {self._secret}".encode()).hexdigest()
        self.name = f"autograde-{own[:16]}"
        names = (*CHANGING, read_settings(solutions / "lessons").package, "lessons")
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for name in names:
                archive.add(solutions / name, f"solutions/{name}", filter=_plain)
        self._solutions = packed.getvalue()

    def setup(self, worker: Worker) -> None:
        """Write the course to a folder that only the worker's account can read."""
        root = Path(tempfile.mkdtemp(prefix="course-", dir=worker.local_directory))
        with tarfile.open(fileobj=io.BytesIO(self._solutions)) as archive:
            archive.extractall(root, filter="data")
        (root / ".course").mkdir(mode=0o700)
        with os.fdopen(os.open(secret_path(root), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(self._secret)
        # Below a nanny a worker is a daemon, which multiprocessing lets start no process. Ours end with it.
        current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        _held[self.name] = _Held(root)

    def teardown(self, worker: Worker) -> None:
        """End the processes that judge, and remove the course."""
        held = _held.pop(self.name, None)
        if held is not None:
            for pool in held.pools:
                pool.close()
            shutil.rmtree(held.root, ignore_errors=True)


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "__pycache__" in info.name else info


@dataclass
class _Held:
    """One course that a worker holds; each of its threads judges in a process of its own."""

    root: Path
    pools: list[Pool] = field(default_factory=list)
    own: threading.local = field(default_factory=threading.local)

    def pool(self) -> Pool:
        if not hasattr(self.own, "pool"):
            self.own.pool = Pool(self.root)
            self.pools.append(self.own.pool)
        found: Pool = self.own.pool
        return found


_held: dict[str, _Held] = {}


def _judged_there(name: str, job: Job) -> Judged:
    """Judge one job, on a worker."""
    held = _held.get(name)
    if held is None:
        raise AutogradeError(explain("course", "it to be on this worker", "none", "Run again."))
    try:
        return held.pool().judge(job)
    except BrokenProcessPool as error:
        raise AutogradeError("The grader's process ended while it judged this.") from error
