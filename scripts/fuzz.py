"""Fuzz one target for some time, guided by what of our code the inputs reach; see docs/fuzzing.md.

    pip install "atheris==3.0.0"        (Linux, into another environment than the project's)
    python scripts/fuzz.py dates 600    (a target of fuzz_targets.py, and seconds)

Inputs that reach something new are kept in ``build/fuzz/TARGET`` and begin the next campaign. An input that breaks a
promise is written to ``build/fuzz/`` and ends it: make it a test, mend what it found, and go on.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ballotwatch"]):
    from fuzz_targets import TARGETS

KEPT = Path(__file__).resolve().parents[1] / "build/fuzz"
# Bytes of an input: what is longer only repeats itself.
LONGEST = 4096
# Seconds that one input may take.
SLOWEST = 20


def main() -> None:
    """Fuzz the target that the command line names, from its seeds and from what earlier campaigns kept."""
    name, seconds = sys.argv[1], int(sys.argv[2])
    target, folder = TARGETS[name], KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={KEPT}/{name}-", *sys.argv[3:], str(folder)], target.run)
    # libFuzzer's own limit counts the language model too.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
