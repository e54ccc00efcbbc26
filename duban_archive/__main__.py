"""``python -m duban_archive`` is the ``duban`` command."""

from duban_archive.cli import main

if __name__ == "__main__":
    main()
