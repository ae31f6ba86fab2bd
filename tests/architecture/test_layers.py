"""Who may import whom."""

import subprocess
import sys
from pathlib import Path

from .sources import ROOT


def test_each_floor_of_the_house_knows_only_those_below_it():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
