"""PDF/A by Ghostscript, a program of its own that is used where it is found; what it makes is not validated here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HOW = "请安装 Ghostscript(Debian/Ubuntu:sudo apt-get install ghostscript),再运行一次。"


def program() -> str:
    """Ghostscript's path, else ``""``."""
    names = ("gswin64c", "gswin32c") if sys.platform == "win32" else ("gs",)
    return next((found for name in names if (found := shutil.which(name))), "")


def make(pdf: Path, out: Path, *, seconds: float) -> str:
    """Write ``pdf`` as PDF/A-2 to ``out``; why not, or ``""``."""
    command = [
        program(), "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-dPDFA=2", "-dPDFACompatibilityPolicy=1",
        "-sColorConversionStrategy=RGB", "-sDEVICE=pdfwrite", f"-sOutputFile={out}", str(pdf),
    ]  # fmt: skip
    try:
        ended = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        out.unlink(missing_ok=True)
        return f"转换 {int(seconds)} 秒还没有完成"
    except OSError as fault:
        return f"Ghostscript 没有运行起来({fault.strerror})"
    if ended.returncode or not out.exists():
        out.unlink(missing_ok=True)
        return "Ghostscript 没有转成"
    return ""
