"""照片说明: what stands below a photo (GB/T 11821 asks for 事由, 时间, 地点, 人物, 背景, 摄影者)."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What is known of a photo; empty where nothing is, and then not printed."""

    when: str = ""
    where: str = ""
    what: str = ""
    who: str = ""
    taken_by: str = ""

    def over(self, other: Caption) -> Caption:
        """This caption, with the other's words where it has none: a group's behind its photo's own."""
        return replace(
            self,
            when=self.when or other.when,
            where=self.where or other.where,
            what=self.what or other.what,
            who=self.who or other.who,
            taken_by=self.taken_by or other.taken_by,
        )

    @property
    def text(self) -> str:
        """As it is printed."""
        moment = _day(self.when)
        first = "　".join(f"{name}：{value}" for name, value in (("时间", moment), ("地点", self.where)) if value)
        rest = [
            f"{name}：{value}"
            for name, value in (("事由", self.what), ("人物", self.who), ("拍摄人", self.taken_by))
            if value
        ]
        return "\n".join(line for line in (first, *rest) if line)


def _day(text: str) -> str:
    """2015-03-12 as it is written: 2015年3月12日; what is no date stays."""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3 or len(parts[0]) != 4:
        return text
    return "".join(f"{int(part)}{word}" for part, word in zip(parts, "年月日", strict=False))
