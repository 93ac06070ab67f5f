"""Puts the web app into every wheel and source archive that is built from a clone: `pip install .` needs Node once."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildWebApp(BuildHookInterface[Any]):
    """Runs the web app's own build unless its result is there; an editable install leaves it to `make`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files; `version` is the kind of build."""
        root = Path(self.root)
        if version == "editable" or (root / "src/homespun/web_app/index.html").is_file():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("The web app is not built yet, and npm is not here. Install Node 20.19 or newer.")
        self.app.display_info("Building the web app ...")
        for step in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *step], cwd=root / "web", check=True)  # noqa: S603 - fixed words, npm from PATH
