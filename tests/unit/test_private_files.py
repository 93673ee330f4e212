"""Secret files are there whole or not at all."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from graph_schema.private_files import private_file
from graph_schema.stores.engine_home import EngineHome

_WITHOUT_SPACE = """
import resource, signal, sys
from pathlib import Path
from graph_schema.stores.engine_home import EngineHome
home = EngineHome(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
try:
    home.password()
except OSError:
    print("refused")
"""


def test_a_secret_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    numbers = count()
    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(lambda _: private_file(path, lambda: b"%d" % next(numbers)), range(32)))
    assert seen == {path.read_bytes()}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    path.chmod(0o644)
    assert private_file(path, lambda: b"other") in seen
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_leaves_no_empty_password_behind(tmp_path: Path) -> None:
    home = tmp_path / "data"
    ended = subprocess.run(
        [sys.executable, "-c", _WITHOUT_SPACE, str(home)], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.strip() == "refused"
    assert not [path for path in home.iterdir() if path.is_file()]
    assert len(EngineHome(home).password()) >= 24
