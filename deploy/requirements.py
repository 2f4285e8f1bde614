"""Write what the course needs, without the course: requirements.txt, and the tested versions to tested.txt.

The argument is the hub's package, as in `jupyterhub==5.5.0`; the tested version is left out where it names one.
"""

import sys
import tomllib
from pathlib import Path

hub = sys.argv[1]
needed = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
tested = Path("constraints.txt").read_text(encoding="utf-8").splitlines()
if "==" in hub:
    tested = [line for line in tested if not line.startswith("jupyterhub==")]
Path("requirements.txt").write_text("\n".join([*needed, hub]) + "\n", encoding="utf-8")
Path("tested.txt").write_text("\n".join(tested) + "\n", encoding="utf-8")
