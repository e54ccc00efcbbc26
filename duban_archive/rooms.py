"""The rooms of an archive beside its main way, one an intention; each is loaded when it is entered.

A room is a class of the module named after it. It holds the archive and offers what a front may ask of it, so that a
browser can do whatever the terminal can.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from duban_archive.alike import Alike
    from duban_archive.archive import Archive
    from duban_archive.assessing import Assessment
    from duban_archive.bundling import Bundling
    from duban_archive.cabinet import Cabinet
    from duban_archive.checks import Checks
    from duban_archive.daily import Daily
    from duban_archive.deciding import Deciding
    from duban_archive.disc import Disc
    from duban_archive.figures import Figures
    from duban_archive.habits import OfficeHabits
    from duban_archive.ledger import Ledger
    from duban_archive.milestones import Milestones
    from duban_archive.packs import Packs
    from duban_archive.printing import Printing
    from duban_archive.readiness import Readiness
    from duban_archive.renditions import Renditions
    from duban_archive.requests import Requests
    from duban_archive.results import Results
    from duban_archive.returning import Returning
    from duban_archive.samples import Samples
    from duban_archive.searches import Searches
    from duban_archive.slips import Slips
    from duban_archive.triaging import Triaging


class Rooms:
    """What ``Archive`` offers by intention: ``archive.slips.add(…)``, ``archive.ledger.close(…)``."""

    @property
    def _archive(self) -> Archive:
        return cast("Archive", self)

    @functools.cached_property
    def cabinet(self) -> Cabinet:
        """档案柜: copies of all that is filed, in folders by indicator."""
        from duban_archive.cabinet import Cabinet

        return Cabinet(self._archive)

    @functools.cached_property
    def bundling(self) -> Bundling:
        """What should be joined (loose photos) or split (thick scans); a person decides."""
        from duban_archive.bundling import Bundling

        return Bundling(self._archive)

    @functools.cached_property
    def habits(self) -> OfficeHabits:
        """What this office means by 2014学年 and 2014年年报; asked once."""
        from duban_archive.habits import OfficeHabits

        return OfficeHabits(self._archive)

    @functools.cached_property
    def triaging(self) -> Triaging:
        """The tray 待归类 as steps: what is alike is decided once."""
        from duban_archive.triaging import Triaging

        return Triaging(self._archive)

    @functools.cached_property
    def returning(self) -> Returning:
        """退回补正通知单, to print or to paste into a message."""
        from duban_archive.returning import Returning

        return Returning(self._archive)

    @functools.cached_property
    def alike(self) -> Alike:
        """The same paper in other clothes, versions of one, the same form of another year; a person decides."""
        from duban_archive.alike import Alike

        return Alike(self._archive)

    @functools.cached_property
    def renditions(self) -> Renditions:
        """A PDF of every paper, and on which of its pages a line stands."""
        from duban_archive.renditions import Renditions

        return Renditions(self._archive)

    @functools.cached_property
    def checks(self) -> Checks:
        """问题与疑点: every rule run over what the papers say; 说明 and switched-off rules."""
        from duban_archive.checks import Checks

        return Checks(self._archive)

    @functools.cached_property
    def figures(self) -> Figures:
        """基础数据口径表: every figure read, side by side, and the agreed value of each."""
        from duban_archive.figures import Figures

        return Figures(self._archive)

    @functools.cached_property
    def readiness(self) -> Readiness:
        """What was and what changed; workbook, reports, lists, reminders and pictures made of the gaps."""
        from duban_archive.readiness import Readiness

        return Readiness(self._archive)

    @functools.cached_property
    def daily(self) -> Daily:
        """报送进度表: who has sent what as of today."""
        from duban_archive.daily import Daily

        return Daily(self._archive)

    @functools.cached_property
    def ledger(self) -> Ledger:
        """问题整改台账: what is to be put right, by whom, until when, and who struck it off."""
        from duban_archive.ledger import Ledger

        return Ledger(self._archive)

    @functools.cached_property
    def requests(self) -> Requests:
        """报送包 for units without this program, and the marks of what came back in them."""
        from duban_archive.requests import Requests

        return Requests(self._archive)

    @functools.cached_property
    def deciding(self) -> Deciding:
        """What a person decides: 归类, 退回, 著录, 登记, 合并, 拆分, 定稿, and taking it back."""
        from duban_archive.deciding import Deciding

        return Deciding(self._archive)

    @functools.cached_property
    def results(self) -> Results:
        """What is done with what was found: more like it, a list in Excel, its pages on paper."""
        from duban_archive.results import Results

        return Results(self._archive)

    @functools.cached_property
    def searches(self) -> Searches:
        """Saved searches."""
        from duban_archive.searches import Searches

        return Searches(self._archive)

    @functools.cached_property
    def slips(self) -> Slips:
        """调阅登记: what evaluators ask for, who fetches it, what must be brought within hours."""
        from duban_archive.slips import Slips

        return Slips(self._archive)

    @functools.cached_property
    def samples(self) -> Samples:
        """模拟验收: what a rehearsal draws, and what was seen of it."""
        from duban_archive.samples import Samples

        return Samples(self._archive)

    @functools.cached_property
    def printing(self) -> Printing:
        """Binders, editions that went to print, selections, labels, templates."""
        from duban_archive.printing import Printing

        return Printing(self._archive)

    @functools.cached_property
    def milestones(self) -> Milestones:
        """里程碑: what stood when a check came, and what changed since."""
        from duban_archive.milestones import Milestones

        return Milestones(self._archive)

    @functools.cached_property
    def assessment(self) -> Assessment:
        """自评: what is claimed of each indicator, with its figures, evidence and problems; official forms."""
        from duban_archive.assessing import Assessment

        return Assessment(self._archive)

    @functools.cached_property
    def disc(self) -> Disc:
        """现场查阅盘: a folder for evaluators that opens by a double click."""
        from duban_archive.disc import Disc

        return Disc(self._archive)

    @functools.cached_property
    def packs(self) -> Packs:
        """整套材料: everything in one folder, with hashes and what is not there."""
        from duban_archive.packs import Packs

        return Packs(self._archive)
