"""Where things lie when nobody says otherwise."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]  # the checkout
DATA = ROOT / "data"
DEMO_DATA = DATA / "demo"
