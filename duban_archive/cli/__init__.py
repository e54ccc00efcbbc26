"""The archive in a terminal: every command opens the archive, calls one method, prints the answer.

Heavy libraries are imported where they are used, so that ``duban --help`` answers at once.
"""

from __future__ import annotations

import sys

import click

from duban_archive.cli import (
    checks,
    deciding,
    disc,
    figures,
    finding,
    founding,
    handover,
    intake,
    keeping,
    ledger,
    milestone,
    packs,
    printing,
    readiness,
    renditions,
    report,
    requests,
    sample,
    slips,
)
from duban_archive.cli.frame import run


class _InOrder(click.Group):
    """Commands in the order of the work, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_InOrder,
    help=(
        "督档:迎检资料的收、归、查、缺、装。\n\n"
        "常用的一路:init → 把文件放进“收件箱” → watch 或 add → gaps → confirm → bind → verify。"
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="duban-archive", prog_name="duban", message="督档 %(version)s")
def duban() -> None:
    """The root of the commands."""


IN_ORDER = (
    *(founding, intake, renditions, deciding, finding, slips),
    *(
        readiness,
        requests,
        handover,
        checks,
        figures,
        ledger,
        sample,
        milestone,
        report,
        printing,
        packs,
        disc,
        keeping,
    ),
)
for module in IN_ORDER:
    for command in module.COMMANDS:
        duban.add_command(command)


def main() -> None:
    """The ``duban`` console script."""
    sys.exit(run(duban, sys.argv[1:]))
