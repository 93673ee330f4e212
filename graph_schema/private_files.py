"""Small secret files: made once, whole or not at all, readable by their owner alone."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def private_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """
    What a secret file holds; made, with mode 0600, when there is none yet.

    It is written aside and linked in one step: another process sees the whole of it or none, and a full disk or a
    sudden death leaves none.

    Parameters
    ----------
    make
        Gives the content of a new file.

    Raises
    ------
    OSError
        If it can neither be made nor read.
    """
    if not path.exists():
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was quicker
                os.link(aside, path)
        finally:
            Path(aside).unlink()
    path.chmod(0o600)
    return path.read_bytes()
