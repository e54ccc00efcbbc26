"""How long laying out 108,000 slots takes, and loading a checklist of 500 requirements (issue 3: ≤ 0.5 s, ≤ 100 ms).

Run: python bench/slots.py
"""

from __future__ import annotations

import resource
import time

from duban_archive.adapters import checklist_file
from duban_archive.core.resolve import build
from duban_archive.core.slots import make_slots


def checklist_text(requirements: int, schools: int) -> str:
    lines = [
        "schema: duban/1",
        "id: bench",
        "title: 测速用",
        "base_year: 2015",
        "periods: {近三年: {kind: calendar, last: 3}}",
    ]
    lines += ["units:", *(f"  - {{id: s{n}, name: 第{n}小学, kind: 小学, aliases: [{n}小]}}" for n in range(schools))]
    lines += ["groups:", "  - {id: 每校, where: {kind: [小学]}}", "indicators:"]
    for n in range(requirements):
        if n % 10 == 0:
            lines += [f"  - id: i{n // 10}", f"    code: A{n // 10}", f"    title: 指标{n // 10}", "    requires:"]
        lines += [
            f"      - id: r{n}",
            f"        title: 第{n}种佐证材料",
            "        kind: ledger",
            "        per: [每校]",
            "        period: 近三年",
            "        level: must",
            "        formats: [pdf, docx]",
            "        due: 每月20日",
            f"        names: [台账{n}, 登记表{n}]",
            "        terms: [入学, 巩固率, 辍学]",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    data = checklist_text(500, 120).encode()
    checklist_file.parse(data, name="warm")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        draft = checklist_file.parse(data, name="bench")
        checklist_file.refuse(draft)
        build(draft)
        times.append(time.perf_counter() - start)
    print(f"load: 500 requirements, {len(data) / 1000:.0f} kB of YAML: best {min(times) * 1000:.0f} ms")

    checklist = build(checklist_file.parse(checklist_text(300, 120).encode(), name="bench"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    for _ in range(3):
        start = time.perf_counter()
        slots = make_slots(checklist)
        times.append(time.perf_counter() - start)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"slots: {len(slots)} in best {min(times):.3f} s, +{grown:.0f} MB")


if __name__ == "__main__":
    main()
