"""移交: papers go from office to office whole and once; hostile packages change nothing; a person leaves in order."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from journeys.office import LEDGER, PLAN, TODAY, Office, found_office


def stocked(folder: Path) -> Office:
    """An office with two papers and a register on a shelf, all of them filed."""
    folder.mkdir()
    office = found_office(folder)
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.drop("镇政府/迎检工作方案.txt", PLAN)
    office.ask("watch", "--once")
    by_name = {r["file_name"]: r["id"] for r in office.ask("list")["records"]}
    ledger, plan = by_name["2014年控流保学台账.txt"], by_name["迎检工作方案.txt"]
    office.ask("confirm", str(ledger), "--to", "b2-03", "--unit", "三小", "--period", "2014")
    office.ask("confirm", str(plan), "--to", "a1-01")
    office.ask("describe", str(plan), "--title", "吴集镇迎检工作方案(定稿)")
    office.ask("register", "--title", "借阅登记册", "--where", "2柜3层1盒")
    return office


@pytest.fixture
def giver(tmp_path: Path) -> Office:
    return stocked(tmp_path / "甲")


@pytest.fixture
def taker(tmp_path: Path) -> Office:
    (tmp_path / "乙").mkdir()
    return found_office(tmp_path / "乙")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag made once; ``bag`` is a copy for each test to do with as it likes."""
    folder = tmp_path_factory.mktemp("移交")
    return handed(stocked(folder / "甲"), folder)


@pytest.fixture
def bag(packed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(packed, tmp_path / "移交包"))


def handed(giver: Office, tmp_path: Path, *more: str) -> Path:
    bag = tmp_path / "移交包"
    giver.ask("handover", "export", bag, "--to", "乙", *more)
    return bag


def resealed(bag: Path) -> Path:
    """The bag with its manifests written anew, as whoever changed something in it would."""
    rows = []
    for path in sorted((bag / "data").rglob("*")):
        if path.is_file() and not path.is_symlink():
            rows.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(bag).as_posix()}\n")
    (bag / "manifest-sha256.txt").write_text("".join(rows), encoding="utf-8")
    (bag / "tagmanifest-sha256.txt").unlink(missing_ok=True)
    return bag


def lines_of(bag: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (bag / "data" / "records.jsonl").read_text(encoding="utf-8").splitlines()]


def with_lines(bag: Path, lines: list[Any]) -> Path:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (bag / "data" / "records.jsonl").write_text(text, encoding="utf-8")
    return resealed(bag)


def outcomes(document: Any) -> list[str]:
    return sorted(receipt["outcome"] for receipt in document["receipts"])


def test_a_bag_is_a_valid_bagit_that_anyone_can_check(bag: Path) -> None:
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    listed = {}
    for line in (bag / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines():
        sha, _, name = line.partition("  ")
        listed[name] = sha
        assert hashlib.sha256((bag / name).read_bytes()).hexdigest() == sha
    assert set(listed) == {p.relative_to(bag).as_posix() for p in (bag / "data").rglob("*") if p.is_file()}
    info = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines())
    size = sum((bag / name).stat().st_size for name in listed)
    assert info["Payload-Oxum"] == f"{size}.{len(listed)}"
    assert len(info["Duban-Chain-Head"]) == 64


def test_papers_arrive_whole_filed_as_they_were_and_a_second_time_nothing_is_doubled(taker: Office, bag: Path) -> None:
    first = taker.ask("handover", "import", bag)
    assert outcomes(first) == ["new", "new", "new"]
    assert first["conflicts"] == []
    titles = {r["title"] for r in taker.ask("list")["records"]}
    assert {"吴集镇迎检工作方案(定稿)", "借阅登记册"} <= titles
    assert taker.gap("b2-03", "xx3", "2014")["state"] == "complete"
    assert taker.gap("a1-01", "zf", "once")["state"] == "complete"
    assert taker.ask("search", "劝返措施")["total"] >= 1
    again = taker.ask("handover", "import", bag)
    assert outcomes(again) == ["already_held"] * 3
    assert len(taker.ask("list")["records"]) == 3
    assert taker.ask("verify")["ok"]
    counted = taker.ask("status")
    assert counted["seen"] == counted["accounted"]


def test_a_zipped_bag_is_taken_over_too(taker: Office, bag: Path, tmp_path: Path) -> None:
    squeezed = tmp_path / "移交包.zip"
    with zipfile.ZipFile(squeezed, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(bag.rglob("*")):
            if path.is_file():
                target.write(path, f"移交包/{path.relative_to(bag).as_posix()}")
    assert outcomes(taker.ask("handover", "import", squeezed)) == ["new", "new", "new"]
    assert not list((taker.home / ".duban" / "scratch").iterdir())


def test_what_both_hold_is_joined_and_what_they_see_otherwise_is_told(taker: Office, bag: Path) -> None:
    taker.drop("迎检工作方案.txt", PLAN)
    taker.drop("三小台账.txt", LEDGER)
    taker.ask("watch", "--once")
    ids = {r["file_name"]: str(r["id"]) for r in taker.ask("list")["records"]}
    taker.ask("describe", ids["迎检工作方案.txt"], "--title", "本处另定的题名")
    taker.ask("reject", ids["三小台账.txt"], "--from", "b2-03", "--unit", "三小", "--period", "2014")
    done = taker.ask("handover", "import", bag)
    assert outcomes(done) == ["already_held", "already_held", "new"]
    assert len(taker.ask("list")["records"]) == 3
    said = "\n".join(one["what"] for one in done["conflicts"])
    assert "本处另定的题名" in said
    assert "不归此项" in said
    assert taker.ask("show", ids["迎检工作方案.txt"])["title"] == "本处另定的题名"
    assert taker.gap("a1-01", "zf", "once")["state"] == "complete"
    assert taker.gap("b2-03", "xx3", "2014")["state"] != "complete"


def test_nothing_said_inside_the_office_travels(giver: Office, tmp_path: Path) -> None:
    ledger = next(r for r in giver.ask("list")["records"] if r["file_name"].endswith("台账.txt"))
    giver.ask("return", str(ledger["id"]), "--reason", "数字与统计表不符怀疑补造", "--due", "2015-11-01")
    giver.ask("loan", "add", "内部登记的账册", "--from", "第三小学")
    bag = handed(giver, tmp_path)
    everything = b"".join(path.read_bytes() for path in bag.rglob("*") if path.is_file() and path.suffix != ".docx")
    for word in ("怀疑补造", "内部登记的账册"):
        assert word.encode() not in everything
    assert {key for line in lines_of(bag) for key in line} <= {
        "record", "title", "parts", "place", "told", "received", "parent", "version_of", "final", "container",
        "filings",
    }  # fmt: skip
    returned = next(line for line in lines_of(bag) if line["record"] == ledger["id"])
    assert "filings" not in returned


def test_an_archive_with_a_secret_paper_inside_stays(giver: Office, tmp_path: Path) -> None:
    zip_with(giver.inbox / "材料.zip", {"总结.txt": "平常的总结".encode(), "【机密】名单.txt": "不可外传".encode()})
    giver.ask("watch", "--once")
    lines = lines_of(handed(giver, tmp_path))
    names = {part["file_name"] for line in lines for part in line.get("parts", ())}
    assert "总结.txt" in names
    assert "材料.zip" not in names


def test_of_one_unit_only_its_papers_go(giver: Office, tmp_path: Path) -> None:
    assert len(lines_of(handed(giver, tmp_path, "--unit", "三小"))) == 1


def test_a_bag_is_never_written_over_something(giver: Office, tmp_path: Path) -> None:
    folder = tmp_path / "有东西"
    folder.mkdir()
    (folder / "要紧的.txt").write_text("别动", encoding="utf-8")
    said = giver.duban("handover", "export", folder)
    assert said.code == 2
    assert [p.name for p in folder.iterdir()] == ["要紧的.txt"]


# --- bags that are not what they say --------------------------------------------------------------------------------


def _drop_declaration(bag: Path) -> None:
    (bag / "bagit.txt").unlink()


def _changed_records(bag: Path) -> None:
    path = bag / "data" / "records.jsonl"
    path.write_bytes(path.read_bytes() + b"{}\n")


def _stranger(bag: Path) -> None:
    (bag / "data" / "外来.exe").write_bytes(b"MZ")


def _climbing(bag: Path) -> None:
    (bag.parent / "邻居.txt").write_text("邻居", encoding="utf-8")
    row = f"{hashlib.sha256('邻居'.encode()).hexdigest()}  data/../../邻居.txt\n"
    with (bag / "manifest-sha256.txt").open("a", encoding="utf-8") as file:
        file.write(row)
    (bag / "tagmanifest-sha256.txt").unlink()


def _absolute(bag: Path) -> None:
    with (bag / "manifest-sha256.txt").open("a", encoding="utf-8") as file:
        file.write(f"{'0' * 64}  /etc/passwd\n")
    (bag / "tagmanifest-sha256.txt").unlink()


def _linked(bag: Path) -> None:
    original = next(p for p in (bag / "data" / "originals").rglob("*") if p.is_file())
    copy = bag.parent / "别处.txt"
    copy.write_bytes(original.read_bytes())
    original.unlink()
    original.symlink_to(copy)


def _tampered_tags(bag: Path) -> None:
    path = bag / "bag-info.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("甲", "丙") + "X: y\n", encoding="utf-8")


@pytest.mark.parametrize(
    "spoil", [_drop_declaration, _changed_records, _stranger, _climbing, _absolute, _linked, _tampered_tags]
)
def test_a_bag_that_is_not_whole_or_not_safe_changes_nothing(
    taker: Office, bag: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(bag)
    before = taker.ask("verify")["head"]
    said = taker.duban("handover", "import", bag)
    assert said.code in (1, 2)
    assert "移交包" in said.err
    assert taker.ask("list")["records"] == []
    assert taker.ask("verify")["head"] == before


def test_one_damaged_original_keeps_only_its_own_record_out(taker: Office, bag: Path) -> None:
    original = next(p for p in (bag / "data" / "originals").rglob("*") if p.is_file())
    original.write_bytes(b"x" * original.stat().st_size)
    said = taker.duban("handover", "import", bag, "--json")
    assert said.code == 5
    assert outcomes(said.json) == ["new", "new", "refused"]
    assert len(taker.ask("list")["records"]) == 2


def test_templates_and_settings_in_a_bag_stay_outside(taker: Office, bag: Path) -> None:
    (bag / "data" / "模板").mkdir()
    (bag / "data" / "模板" / "缺项报告.docx").write_bytes(b"PK")
    (bag / "data" / "settings.yaml").write_text("auto_confirm: true\n", encoding="utf-8")
    settings = (taker.home / ".duban" / "settings.yaml").exists()
    said = taker.duban("handover", "import", resealed(bag), "--json")
    assert said.code == 5
    refused = {r["path"] for r in said.json["receipts"] if r["outcome"] == "refused"}
    assert refused == {"data/模板/缺项报告.docx", "data/settings.yaml"}
    assert (taker.home / ".duban" / "settings.yaml").exists() == settings
    assert (taker.home / "模板" / "缺项报告.docx").read_bytes() != b"PK"


@pytest.mark.parametrize(
    "line",
    [
        "不是著录",
        {"record": 1, "title": "无原件无存放处"},
        {"record": "1", "parts": []},
        {"record": 1, "parts": [{"digest": "sha256:../../etc", "file_name": "a"}]},
        {"record": 1, "parts": [{"digest": "sha256:" + "0" * 64, "file_name": "包里没有.txt"}]},
        {"record": 1, "place": {"where": "柜", "quantity": -3}},
        {"record": 1, "place": {"where": "柜"}, "told": {"title": ["x"]}},
        {"record": 1, "place": {"where": "柜"}, "title": "长" * 5000},
    ],
)
def test_a_line_that_is_not_a_record_is_refused_alone(taker: Office, bag: Path, line: Any) -> None:
    said = taker.duban("handover", "import", with_lines(bag, [*lines_of(bag), line]), "--json")
    assert said.code == 5
    assert outcomes(said.json) == ["new", "new", "new", "refused"]


def test_names_in_a_bag_are_never_paths_of_ours(taker: Office, bag: Path, tmp_path: Path) -> None:
    lines = lines_of(bag)
    for line in lines:
        for part in line.get("parts", ()):
            part["file_name"] = "../../../../出逃.txt"
            part["folder"] = "/etc/../../root"
    taker.ask("handover", "import", with_lines(bag, lines))
    for record in taker.ask("list")["records"]:
        assert "/" not in record["file_name"]
        assert ".." not in record["folder"].split("/")
    assert not list(tmp_path.rglob("出逃.txt"))


def zip_with(path: Path, members: dict[str, bytes], *, link: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = 0o120777 << 16
            packed.writestr(info, "/etc/passwd")
    return path


@pytest.mark.parametrize(
    ("members", "link"),
    [
        ({"bagit.txt": b"x", "../出逃.txt": b"x"}, ""),
        ({"bagit.txt": b"x", "/tmp/出逃.txt": b"x"}, ""),
        ({"bagit.txt": b"x", "C:\\出逃.txt": b"x"}, ""),
        ({"bagit.txt": b"x"}, "data/链接"),
        ({"bagit.txt": b"x", "data/大.bin": bytes(80 << 20)}, ""),
    ],
)
def test_a_hostile_zip_is_refused_before_anything_is_written(
    taker: Office, tmp_path: Path, members: dict[str, bytes], link: str
) -> None:
    said = taker.duban("handover", "import", zip_with(tmp_path / "包.zip", members, link=link))
    assert said.code == 1
    assert "不安全" in said.err
    assert not list(tmp_path.rglob("出逃.txt"))
    assert not list((taker.home / ".duban" / "scratch").iterdir())


@pytest.mark.parametrize("what", ["没有.zip", "一份.txt", "空文件夹"])
def test_what_is_no_bag_is_told(taker: Office, tmp_path: Path, what: str) -> None:
    path = tmp_path / what
    if what.endswith(".txt"):
        path.write_text("不是包", encoding="utf-8")
    elif what == "空文件夹":
        path.mkdir()
    said = taker.duban("handover", "import", path)
    assert said.code == 2
    assert "移交包" in said.err


def test_a_rebuilt_catalogue_knows_what_was_taken_over(taker: Office, bag: Path) -> None:
    taker.ask("handover", "import", bag)
    for path in (taker.home / ".duban").glob("catalogue.sqlite*"):
        path.unlink()
    taker.ask("repair")
    assert outcomes(taker.ask("handover", "import", bag)) == ["already_held"] * 3
    assert len(taker.ask("list")["records"]) == 3


# --- loans and leaving ----------------------------------------------------------------------------------------------


def test_a_loan_is_entered_listed_given_back_and_undone(office: Office, tmp_path: Path) -> None:
    words = ("--as-of", TODAY)
    lent = office.ask("loan", "add", "2014年收支账册", "--from", "三小", "--due", "2015-10-20", "--quantity", "2",
                      "--borrower", "张老师", "--on", "2015-10-08", *words)  # fmt: skip
    assert (lent["id"], lent["lender"], lent["overdue"]) == (1, "吴集镇第三小学", True)
    (row,) = office.ask("loan", "list", "--open", *words)["loans"]
    assert row["days_left"] == -6
    back = office.ask("loan", "return", "1", "--to", "李校长", *words)["loans"][0]
    assert (back["returned"], back["returned_to"], back["open"]) == (TODAY, "李校长", False)
    assert office.duban("loan", "return", "1", *words).code == 2
    office.ask("undo")
    assert office.ask("loan", "list", *words)["loans"][0]["open"]
    office.ask("loan", "list", "--docx", tmp_path / "新文件夹" / "归还清单.docx", *words)
    from docx import Document

    cells = [cell.text for cell in Document(str(tmp_path / "新文件夹" / "归还清单.docx")).tables[0].rows[1].cells]
    assert cells[1:6] == ["2014年收支账册", "2 件", "吴集镇第三小学", "2015-10-08", "2015-10-20"]


@pytest.mark.parametrize(
    ("words", "must_say"),
    [
        (("add", "--from", "三小"), "没有写借了什么"),
        (("add", "账册", "--from", " "), "没有写向谁借的"),
        (("add", "账册", "--from", "三小", "--due", "2015-10-01", "--on", "2015-10-08"), "早于"),
        (("add", "账册", "--from", "三小", "--record", "99"), "没有 99 号件"),
        (("add", "账册", "--from", "三小", "--due", "月底"), "看不懂"),
        (("return", "9"), "没有第 9 号"),
    ],
)
def test_a_loan_that_cannot_be_is_refused(office: Office, words: tuple[str, ...], must_say: str) -> None:
    said = office.duban("loan", *words)
    assert said.code == 2
    assert must_say in said.err
    assert office.ask("loan", "list")["loans"] == []


def test_whoever_leaves_hands_on_what_is_open(giver: Office, tmp_path: Path) -> None:
    ledger = next(r for r in giver.ask("list")["records"] if r["file_name"].endswith("台账.txt"))
    giver.ask("return", str(ledger["id"]), "--reason", "没有盖章", "--by", "张老师")
    giver.ask("loan", "add", "会议记录本", "--from", "三小", "--borrower", "张老师")
    giver.ask("register", "--title", "奖牌", "--where", "1柜", "--keeper", "张老师")
    found = giver.ask("handover", "leave", "--who", "张老师", "--docx", tmp_path / "清单" / "移交.docx")
    kinds = [item["kind"] for item in found["items"]]
    assert {"退回待补正", "借调原件", "保管的原件"} <= set(kinds)
    from docx import Document

    assert len(Document(str(tmp_path / "清单" / "移交.docx")).tables[0].rows) == len(kinds) + 1
    group = giver.ask("handover", "leave", "--who", "镇政府")["items"]
    assert any(item["kind"] == "未齐材料" for item in group)
    assert giver.ask("handover", "leave", "--who", "查无此人")["items"] == []
