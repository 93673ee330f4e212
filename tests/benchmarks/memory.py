"""Peak memory of a process that loads one instance, solves it, checks the certificate, and does nothing else."""

import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

import numpy as np

from matcher.problem import Problem

CHILD = """
import sys
import numpy as np
from matcher.problem import Problem
from matcher.solve import solve
with np.load(sys.argv[1]) as file:
    problem = Problem(**{name: file[name] for name in file.files})
assert solve(problem).certificate.proven
with open("/proc/self/status", encoding="ascii") as lines:
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""

ROOT = Path(__file__).parents[2]


def peak_mb(problem: Problem) -> float:
    """Megabytes (10^6 bytes) resident at the most, interpreter and libraries included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.npz"
        arrays = {field.name: getattr(problem, field.name) for field in fields(problem)}
        np.savez(path, **{name: values for name, values in arrays.items() if values is not None})
        ran = subprocess.run(
            [sys.executable, "-c", CHILD, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
        )
    return int(ran.stdout) * 1024 / 1e6
