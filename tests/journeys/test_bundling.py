"""Photos of one event are proposed for joining, a scan of many papers for splitting; a person decides."""

from __future__ import annotations

import io

from make import make_pdf
from PIL import Image, ImageDraw, ImageFilter

from duban_archive.archive import Archive
from duban_archive.home import Home
from journeys.office import Office

EVENT = "2014-2015学年教师节活动照片"


def opened(office: Office) -> Archive:
    return Archive(Home(office.home), by="tester").open()


def shot(seed: int, *, blurred: bool = False) -> bytes:
    """A picture full of edges, a different one a seed."""
    picture = Image.new("RGB", (640, 480), (90, 120, 60))
    draw = ImageDraw.Draw(picture)
    for at in range(160):
        x, y = (at * 97 * seed + 31 * seed) % 600, (at * 53 * seed + at * at) % 440
        draw.rectangle((x, y, x + 25, y + 25), fill=((at * 40) % 255, (at * 90 * seed) % 255, (at * 7) % 255))
    if blurred:
        picture = picture.filter(ImageFilter.GaussianBlur(9))
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=90)
    return data.getvalue()


def brighter(data: bytes) -> bytes:
    """The same view, shot again."""
    again = io.BytesIO()
    Image.open(io.BytesIO(data)).point(lambda level: min(255, level + 6)).save(again, "JPEG", quality=80)
    return again.getvalue()


def test_photos_of_one_event_are_proposed_as_one_and_the_poor_shots_named(office: Office) -> None:
    pictures = (shot(3), shot(7), shot(7, blurred=True), brighter(shot(3)))
    (office.home / ".duban" / "settings.yaml").write_text("ocr: false\n", encoding="utf-8")
    for n, data in enumerate(pictures):
        office.drop(f"{EVENT}/mmexport14412345{n}8901.jpg", data)
    assert office.duban("watch", "--once").code == 0
    archive = opened(office)
    (proposal,) = archive.bundling.to_join()
    assert (proposal.ids, proposal.kind) == ((1, 2, 3, 4), "photos")
    assert {(flag.record, flag.code, flag.like) for flag in proposal.flags} >= {(3, "blurred", None)}
    assert any(flag.code == "alike" and {flag.record, flag.like} == {1, 4} for flag in proposal.flags)
    assert archive.catalogue.record(1).facts["time_in_name"] == {"at": "2015-09-03T06:55:08", "saved": True}

    said = office.duban("show", "3", "--json").json
    assert {note["code"] for note in said["notes"]} >= {"join_proposed", "photo_blurred"}

    archive.deciding.merge(proposal.ids)
    assert archive.bundling.to_join() == ()
    archive.deciding.undo()
    archive.bundling.leave(proposal.ids)
    assert archive.bundling.to_join() == ()
    archive.deciding.undo()
    assert archive.bundling.to_join() == (proposal,)
    archive.close()


def test_a_scan_of_many_papers_is_proposed_for_splitting_and_may_be_left_whole(office: Office) -> None:
    head = "吴集镇人民政府文件"
    pages = (
        (head, "吴政发〔2015〕15号", "关于印发迎检工作方案的通知", "各学校:", "现将方案印发给你们,请遵照执行。"),
        (head, "吴政发〔2015〕16号", "关于成立迎检领导小组的通知", "各学校:", "经研究,成立领导小组。"),
    )
    make_pdf(office.inbox / "扫描件1.pdf", pages)
    office.duban("watch", "--once")
    archive = opened(office)
    (proposal,) = archive.bundling.to_split()
    assert [(piece.pages, piece.title) for piece in proposal.pieces] == [
        ("1", "关于印发迎检工作方案的通知"),
        ("2", "关于成立迎检领导小组的通知"),
    ]
    assert proposal.command == "duban split 1 --pages 1,2"
    assert [note.code for note in archive.bundling.remarks(archive.catalogue.record(1))] == ["split_proposed"]
    archive.bundling.leave([1])
    assert archive.bundling.to_split() == ()
    archive.deciding.undo()
    archive.deciding.split(1, pages=proposal.pages)
    assert archive.bundling.to_split() == ()
    archive.close()
