"""``triage`` in a terminal: one key a decision, alike papers at once; through a pipe, a line each."""

from __future__ import annotations

import functools
import itertools
import sys
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from duban_archive.cli.frame import DONE, Answer, archive_command
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.batches import Batch
    from duban_archive.core.model import Filing, Record
    from duban_archive.triaging import Alone

_FIRST = 5  # papers of a batch that are shown before it is decided
_MOST_PROPOSALS = 9
_ALWAYS = "回车=以后再说  u=撤回上一个  q=结束"


class _Done(Exception):
    """The person wants to stop; what was decided is kept."""


@archive_command("triage", "逐件处理待归类:一键一个决定,相像的一批一个决定;随时可停,再来接着做。")
def triage(archive: Archive, answer: Answer) -> int:
    """Go through the tray with one key per decision."""
    if answer.as_json:
        answer(_document(archive), lambda: ())
        return DONE
    tray = archive.triaging.tray()
    answer.tell(f"待归类 {len(tray)} 件。")
    desk = _Desk(archive, answer)
    try:
        desk.questions(tray)
        desk.bundles()
        desk.pairs()
        desk.batches()
        desk.one_by_one()
    except _Done:
        pass
    left = len(archive.triaging.tray())
    answer.tell(f"\n作了 {desk.decided} 个决定;还有 {left} 件待归类。" + ("随时可以再来,接着做。" if left else ""))
    return DONE


def _document(archive: Archive) -> dict[str, object]:
    from duban_archive import answers

    room = archive.triaging
    tray = room.tray()
    return {
        "records": [answers.record(archive.index, record) for record in tray],
        "questions": [
            {"name": q.name, "text": q.text, "choices": dict(q.choices), "records": list(q.records)}
            for q in room.questions(tray)
        ],
        "batches": [
            {
                "requirement": one.requirement,
                "code": archive.index.code_of(one.requirement),
                "sure": one.sure,
                "records": list(one.ids),
                "units": list(one.units),
                "periods": list(one.periods),
            }
            for one in room.batches(tray)
        ],
        "joins": [{"records": list(one.ids), "because": one.because, "command": one.command} for one in room.joins()],
        "splits": [{"record": one.id, "command": one.command} for one in room.splits()],
        "alike": [
            {"records": [pair.id, pair.like.record], "kind": pair.like.kind, "why": pair.like.because}
            for pair in itertools.islice(room.pairs(tray), _PAIRS)
        ],
    }


_PAIRS = 500  # likenesses in one JSON answer


class _Desk:
    """One sitting: shows a step, takes a key, decides."""

    def __init__(self, archive: Archive, answer: Answer) -> None:
        self._archive = archive
        self._tell = answer.tell
        self.decided = 0
        self._seen: set[int] = set()

    def questions(self, tray: Sequence[Record]) -> None:
        """What is asked once per archive."""
        for question in self._archive.triaging.questions(tray):
            self._tell(f"\n先定一件事({len(question.records)} 件要用到):{question.text}")
            keys = list(question.choices)
            for number, key in enumerate(keys, start=1):
                self._tell(f"  {number} {question.choices[key]}")
            key = self._key(f"数字=选定  {_ALWAYS}", {str(n) for n in range(1, len(keys) + 1)})
            if key:
                self._do(self._archive.habits.answer, question.name, keys[int(key) - 1])

    def bundles(self) -> None:
        """Loose photos to join, thick scans to split."""
        room = self._archive
        for join in room.triaging.joins():
            titles = "、".join(f"#{id}" for id in join.ids)
            self._tell(f"\n{titles} 像是一件({join.because})")
            for flag in join.flags:
                self._tell(f"   #{flag.record} {flag.text},可不选用")
            key = self._key(f"y=合为一件  n=各是各的,不再问  {_ALWAYS}", {"y", "n"})
            if key == "y":
                self._do(room.deciding.merge, join.ids)
            elif key == "n":
                self._do(room.bundling.leave, join.ids)
        for split in room.triaging.splits():
            self._tell(
                f"\n#{split.id} 《{room.catalogue.record(split.id).title}》 像是 {len(split.pieces)} 份材料合在一起:"
            )
            for piece in split.pieces:
                self._tell(f"   {piece.where} {piece.title or '(没有题名)'}  {piece.because}")
            key = self._key(f"y=拆开  n=是一件,不再问  {_ALWAYS}", {"y", "n"})
            if key == "y":
                self._do(functools.partial(room.deciding.split, split.id, pages=split.pages, sheets=split.sheets))
            elif key == "n":
                self._do(room.bundling.leave, [split.id])

    def pairs(self) -> None:
        """The same paper twice, or versions of one."""
        room = self._archive
        for pair in room.triaging.pairs():
            ids = sorted((pair.id, pair.like.record))
            records = {record.id: record for record in room.catalogue.records(ids)}
            if len(records) < 2 or any(r.state in ("replaced", "withdrawn") for r in records.values()):
                continue
            self._tell(f"\n#{pair.id} 《{records[pair.id].title}》:{pair.like.because}")
            for ours, theirs in room.alike.differences(pair.id, pair.like.record)[:_FIRST]:
                self._tell(f"   {_short(ours)}  ┃  {_short(theirs)}")
            if pair.like.kind == "same":
                key = self._key(f"y=并成一件  n=各是各的,不再问  {_ALWAYS}", {"y", "n"})
                if key == "y":
                    self._do(room.deciding.merge, ids)
            else:
                choice = f"1=#{ids[0]} 是定稿  2=#{ids[1]} 是定稿  n=各是各的,不再问  {_ALWAYS}"
                key = self._key(choice, {"1", "2", "n"})
                if key in ("1", "2"):
                    kept, old = (ids[0], ids[1]) if key == "1" else (ids[1], ids[0])
                    self._do(room.deciding.mark_final, kept, [old])
            if key == "n":
                self._do(room.bundling.leave, ids)

    def batches(self) -> None:
        """What is alike, at once; the list first."""
        for step in self._archive.triaging.batches():
            self._batch(step)

    def _batch(self, step: Batch) -> None:
        standing = {record.id: record for record in self._archive.triaging.still_open(step.ids)}
        step = step.of(set(standing))  # a record may have been merged, or decided, a moment ago
        if not step.choices:
            return
        titles = {id: record.title for id, record in standing.items()}
        requirement = self._archive.index.requirements[step.requirement]
        self._tell(
            f"\n{len(step.ids)} 份 → {self._archive.index.code_of(step.requirement)} {requirement.title}"
            f"{self._divided(step)}  {'都有把握' if step.sure else '拿不准,请看清单'}"
        )
        self._list(step, titles, _FIRST)
        keys = {"y", "l", "o", "x"}
        while True:
            key = self._key(f"y=全部确认  l=看全部清单  o=一件件看  x=都不归此项  {_ALWAYS}", keys)
            if key == "l":
                self._list(step, titles, len(step.choices))
                continue
            break
        if key in ("y", "x"):
            choices = [(standing[id], filings) for id, filings in step.choices]
            room = self._archive.deciding
            self._do(room.confirm_choices if key == "y" else room.reject_choices, choices)
        elif key == "":
            self._seen.update(step.ids)

    def _divided(self, step: Batch) -> str:
        by = [word for word, values in (("单位", step.units), ("期间", step.periods)) if len(values) > 1]
        return f",按{'、'.join(by)}分" if by else ""

    def _list(self, step: Batch, titles: dict[int, str], most: int) -> None:
        for id, filings in step.choices[:most]:
            self._tell(f"   #{id} 《{titles.get(id, '')}》 → {self._slots(filings)}")
        if len(step.choices) > most:
            self._tell(f"   …… 还有 {len(step.choices) - most} 份")

    def _slots(self, filings: Sequence[Filing]) -> str:
        from duban_archive import answers

        index = self._archive.index
        return "、".join(f"{index.unit_name(f.unit) or '单位未定'} {answers.period(f.period)}" for f in filings)

    def one_by_one(self) -> None:
        """The rest, each judged anew with what was just learned."""
        for id in [record.id for record in self._archive.triaging.tray()]:
            if id in self._seen:
                continue
            step = self._archive.triaging.alone(id)
            if step is not None:
                self._alone(step)

    def _alone(self, step: Alone) -> None:
        record, proposals = step.record, step.proposals[:_MOST_PROPOSALS]
        self._tell(f"\n#{record.id} 《{record.title}》 {record.parts[0].file_name if record.parts else ''}")
        for note in record.notes:
            self._tell(f"   注意:{note.text}")
        for like in step.alike:
            self._tell(f"   {like.because}")
        for number, filing in enumerate(proposals, start=1):
            code = self._archive.index.code_of(filing.requirement)
            title = self._archive.index.requirements[filing.requirement].title
            pages = f" 第 {filing.pages[0]}—{filing.pages[-1]} 页" if filing.pages else ""
            sure = "有把握" if filing.sure else "拿不准"
            self._tell(f"  {number} {code} {title}({self._slots([filing])}){pages} {sure} ({filing.score:.2f})")
            self._tell(f"      因为:{';'.join(filing.because)}")
        choices = {str(n) for n in range(1, len(proposals) + 1)} | ({"x"} if proposals else set())
        while True:
            shown = "数字=归到该项  x=都不归  " if proposals else "没有建议(可用 duban confirm 件号 --to 编号)  "
            key = self._key(shown + _ALWAYS, choices)
            room = self._archive.deciding
            if not key:
                return
            if key == "x":
                self._do(room.reject_choices, [(record, proposals)])
                return
            filing = proposals[int(key) - 1]
            try:
                slots = {(s.requirement, s.unit, s.period) for s in self._archive.slots}
                if (filing.requirement, filing.unit, filing.period) not in slots:
                    room.confirm(record.id, to=filing.requirement, unit=filing.unit, period=filing.period)
                else:
                    room.confirm_choices([(record, [filing])])
            except UsageError as fault:
                self._tell(f"   {fault.message}{fault.advice}")
                continue
            self.decided += 1
            return

    def _do(self, decide: Callable[..., object], *given: object) -> None:
        """Decide; a decision that cannot be is said, and nothing is changed."""
        try:
            decide(*given)
            self.decided += 1
        except UsageError as fault:
            self._tell(f"   {fault.message}{fault.advice}")

    def _key(self, prompt: str, keys: set[str]) -> str:
        """One of ``keys``, or ``""`` for later; undo is done here, as often as asked."""
        while True:
            key = _read(f"  {prompt} ")
            if key == "q":
                raise _Done
            if key == "u":
                event = self._archive.deciding.undo()
                self.decided -= event is not None and self.decided > 0
                self._tell("   已撤回上一个决定。" if event else "   没有可撤回的决定。")
                continue
            if key in keys or key == "":
                return key
            self._tell("   没有这个选择。")


def _read(prompt: str) -> str:
    """One key at a terminal, one line through a pipe; the end of the pipe ends the sitting."""
    click.echo(prompt, nl=False)
    if sys.stdin.isatty():
        key = click.getchar()
        click.echo("" if key in "\r\n" else key)
    else:
        line = sys.stdin.readline()
        click.echo("")
        if not line:
            return "q"
        key = line
    return unicodedata.normalize("NFKC", key).strip().lower()


def _short(line: str) -> str:
    plain = " ".join(line.split())
    return (plain if len(plain) <= 40 else plain[:39] + "…") or "(无)"


__all__ = ["triage"]
