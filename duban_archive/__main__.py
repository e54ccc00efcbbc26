"""The ``duban`` command, also as ``python -m duban_archive``. Ctrl-C while it is still loading ends it quietly."""

from __future__ import annotations

import sys


def main() -> None:
    """Load the commands and run the one that was asked for."""
    try:
        from duban_archive.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("\u5df2\u505c\u4e0b\u3002\n")  # 已停下。 Nothing was begun
        raise SystemExit(5) from None
    run()


if __name__ == "__main__":
    main()
