"""How old the last backup is: said with every status, so that nobody learns it on the day it is needed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
OVERDUE_DAYS = 7


def last(archive: Archive) -> Json | None:
    """The newest backup known of: when, where, how many days ago; ``None``: there was never one."""
    events = archive.catalogue.events(("backed_up",))
    if not events:
        return None
    event = events[-1]
    made = datetime.date.fromisoformat(event["at"][:10])
    days = max(0, (datetime.date.fromisoformat(archive.today) - made).days)
    return {"at": event["at"], "days": days, "overdue": days > OVERDUE_DAYS, **event["about"]}


def age(archive: Archive) -> str:
    """The same as a sentence, with what to do when it is long ago."""
    found = last(archive)
    if found is None:
        return "还从来没有备份过。请尽快运行 duban backup 文件夹(U 盘或移动硬盘)。"
    when = "今天" if found["days"] == 0 else f"{found['days']} 天前"
    told = f"上次备份:{found['at'][:10]}({when}),在 {found['folder']}。"
    return told + (f"已超过 {OVERDUE_DAYS} 天,请再备份一次(duban backup)。" if found["overdue"] else "")
