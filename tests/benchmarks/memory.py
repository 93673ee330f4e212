"""Peak memory of a process that loads one instance, solves it, checks the certificate, and does nothing else."""

import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from matcher.problem import Problem

CHILD = """
import pickle, sys
from matcher.solve import solve
with open(sys.argv[1], "rb") as file:
    problem = pickle.load(file)
assert solve(problem).certificate.proven
with open("/proc/self/status", encoding="ascii") as lines:
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""

ROOT = Path(__file__).parents[2]


def peak_mb(problem: Problem) -> float:
    """Megabytes (10^6 bytes) resident at the most, interpreter and libraries included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.pickle"
        path.write_bytes(pickle.dumps(problem))
        ran = subprocess.run(
            [sys.executable, "-c", CHILD, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
        )
    return int(ran.stdout) * 1024 / 1e6
