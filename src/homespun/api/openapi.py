"""Prints the web app's API as OpenAPI: `python -m homespun.api.openapi > web/openapi.json`. Same code, same bytes."""

from __future__ import annotations

import json
import sys

from .app import build_app


def main() -> None:
    """Writes to standard output."""
    json.dump(build_app().openapi(), sys.stdout, indent=2, sort_keys=True, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
