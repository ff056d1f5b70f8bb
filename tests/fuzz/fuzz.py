"""`make fuzz`: what strangers' bytes are read by, fed for minutes by a fuzzer that follows coverage.

    python tests/fuzz/fuzz.py [--seconds 60] [frame header error notebook submission result]

Each target has a process of its own. What was found interesting is kept in `.course/fuzz/` and is where the
next run begins; bytes that make a target fail are printed and kept beside it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent.parent / ".course" / "fuzz"
NAMES = ("frame", "header", "error", "notebook", "submission", "result")
LONGEST_S, MEMORY_MIB, LONGEST_INPUT = 5, 3000, 8192


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", default=NAMES, metavar="target", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--one", action="store_true", help="fuzz in this process")
    chosen = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit("atheris: expected it to be installed, got nothing. Run: pip install 'autograde[fuzz]'")
    if chosen.one:
        fuzz(chosen.names[0], chosen.seconds)
    command = [sys.executable, str(Path(__file__)), "--one", "--seconds", str(chosen.seconds)]
    with tempfile.TemporaryDirectory() as folder:  # a fuzzer ends without a chance to tidy up
        own = os.environ | {"TMPDIR": folder}
        failed = [name for name in chosen.names if subprocess.run([*command, name], env=own).returncode]
    print(f"{len(chosen.names) - len(failed)} of {len(chosen.names)} targets without a fault", *failed)
    sys.exit(bool(failed))


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target, and end."""
    import atheris

    with atheris.instrument_imports(include=["autograde", "targets"]):
        import targets

    targets.read_here()
    target, seeds = targets.TARGETS[name]
    corpus = KEPT / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = {
        "max_total_time": seconds,
        "max_len": LONGEST_INPUT,
        "timeout": LONGEST_S,
        "rss_limit_mb": MEMORY_MIB,
        "artifact_prefix": f"{KEPT}/{name}-",
        "verbosity": 0,
    }
    arguments = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([sys.argv[0], *arguments, str(corpus)], target)
    print(f"{name}: {seconds} s", flush=True)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
