"""Named arrays over a pipe, frame by frame."""

import io
import struct
from typing import IO, Any

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]

HEAD = struct.Struct("<q")
"""A frame is its body's length in bytes, then the body."""


def send(stream: IO[bytes], arrays: Arrays) -> None:
    """Write one frame."""
    body = io.BytesIO()
    np.savez(body, allow_pickle=False, **arrays)
    stream.write(HEAD.pack(body.tell()))
    stream.write(body.getbuffer())
    stream.flush()


def receive(stream: IO[bytes]) -> Arrays | None:
    """Read one frame; None where the stream ends, also in the midst of one."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    size = int(HEAD.unpack(head)[0])
    body = stream.read(size)
    if len(body) < size:
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        return dict(arrays)
