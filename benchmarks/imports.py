"""Times importing a large ledger by the command, and how much memory that takes.

Every command runs in a process of its own, so that its peak is that of the import alone.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import Workbook

HEADINGS = (
    "序号", "责任单位", "存在问题", "问题类别", "点评领导", "点评时间", "整改要求", "整改措施",
    "责任人", "配合单位", "整改时限", "备注",
)  # fmt: skip
ROWS_OF_ONE = 100
"""Findings of one organization, on average."""

CORRECTED = 100
"""One text in so many is corrected in the ledger's later edition."""

_CATEGORIES = ("主体责任", "监督责任", "班子队伍", "作风建设", "廉洁自律")
_SUBJECTS = (
    "警示教育", "谈话提醒", "人员管理", "廉政风险防控", "三重一大决策", "请示报告制度",
    "日常监督检查", "问题线索处置", "政治理论学习", "工程项目监管", "资金使用管理", "公务用车管理",
)  # fmt: skip
_FAULTS = (
    "开展不够经常，全年仅集中学习两次", "不够及时，存在以会议代替落实的现象",
    "不够严格，外出报备制度执行不到位", "流于形式，记录雷同、内容空泛",
    "覆盖不够全面，二级机构没有纳入", "跟踪问效不够，整改后又有反弹",
    "职责边界不清，存在推诿扯皮", "台账资料不全，个别事项无据可查",
)  # fmt: skip
_MEASURES = "制定年度计划，明确责任人和完成时限，每季度至少开展一次专题检查并通报结果。"
_FIRST_DAY = date(2024, 1, 8)
_PROGRAM = """
import json, sys, time
from pathlib import Path
began = time.perf_counter()
from duban.cli.main import main
try:
    main(sys.argv[2:])
finally:
    spent = time.perf_counter() - began
    status = Path("/proc/self/status")
    if status.exists():
        peak = int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    else:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    Path(sys.argv[1]).write_text(json.dumps([spent, peak]))
"""


def measure(rows: int, suffixes: tuple[str, ...] = (".xlsx", ".csv")) -> list[dict[str, Any]]:
    """Check and apply a ledger of ``rows``: new, once more, with one text in 100 corrected, undone.

    Each measurement is ``name``, ``n`` (rows), ``backend``, ``seconds`` and ``peak_mb`` (MiB).

    Raises:
        subprocess.CalledProcessError: a command failed.
    """
    found: list[dict[str, Any]] = []
    with TemporaryDirectory() as folder:
        place = Path(folder)
        for suffix in suffixes:
            first, later = place / f"ledger{suffix}", place / f"later{suffix}"
            write_ledger(first, rows)
            write_ledger(later, rows, corrected=True)
            database = place / f"{suffix[1:]}.db"
            duban_measured(place, database, "init")
            for edition, path in (("new", first), ("same", first), ("corrected", later)):
                for verb, more in (("check", ()), ("apply", ("--yes", "--by", "bench"))):
                    seconds, peak = duban_measured(
                        place, database, "import", "ledger", verb, path,
                        "--create-organizations", *more,
                    )  # fmt: skip
                    found.append(_line(f"import {verb} {suffix} {edition}", rows, seconds, peak))
        seconds, peak = _undo(place, rows)
        found.append(_line("import undo", rows, seconds, peak))
    return found


def write_ledger(path: Path, rows: int, *, corrected: bool = False) -> Path:
    """An invented ledger; ``corrected`` is its later edition."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADINGS)
            writer.writerows(_rows(rows, corrected))
        return path
    book = Workbook(write_only=True)
    sheet = book.create_sheet("问题清单")
    sheet.append(HEADINGS)
    for row in _rows(rows, corrected):
        sheet.append(row)
    book.save(path)
    return path


def _rows(rows: int, corrected: bool) -> Iterator[tuple[Any, ...]]:
    units = max(1, rows // ROWS_OF_ONE)
    for n in range(rows):
        subject, fault = _SUBJECTS[n % 12], _FAULTS[n // units % 8]
        text = f"{subject}{fault}；{_case(n)}，涉及{n * 7 % 97 + 3}人次。"
        if corrected and n % CORRECTED == 0:
            text = text.replace("涉及", "共涉及")
        yield (
            n + 1, f"示例区第{n % units + 1}单位党组", text, _CATEGORIES[n % 5],
            f"领导{'甲乙丙丁戊'[n % 5]}", _FIRST_DAY + timedelta(days=n % 20),
            f"限期一个月内整改到位，并书面报告（第{n % 9 + 1}类）", f"{subject}：{_MEASURES}",
            f"联络员{n % units + 1}", None, "一个月", None,
        )  # fmt: skip


def _case(n: int) -> str:
    """What makes each text another one: a place and an occasion."""
    digits = "零一二三四五六七八九"
    return f"第{''.join(digits[int(digit)] for digit in f'{n:06}')}号检查发现，{n * 13 % 89}处不实"


def _undo(place: Path, rows: int) -> tuple[float, float]:
    database = place / "undo.db"
    path = write_ledger(place / "undo.csv", rows)
    duban_measured(place, database, "init")
    duban_measured(
        place, database, "import", "ledger", "apply", path,
        "--create-organizations", "--yes", "--by", "bench",
    )  # fmt: skip
    return duban_measured(place, database, "import", "ledger", "undo", 1)


def duban_measured(place: Path, database: Path, *words: object) -> tuple[float, float]:
    """Seconds from the first import to the answer, and the peak of resident memory in MiB."""
    report = place / "report.json"
    subprocess.run(
        [sys.executable, "-c", _PROGRAM, report, "--database", database, *map(str, words)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds, peak = json.loads(report.read_text())
    return seconds, peak


def _line(name: str, rows: int, seconds: float, peak: float) -> dict[str, Any]:
    return {"name": name, "n": rows, "backend": "sqlite",
            "seconds": round(seconds, 2), "peak_mb": round(peak)}  # fmt: skip


def main() -> None:
    """Print the measurements of as many rows as the line names, or of 100,000."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for one in measure(rows):
        sys.stdout.write(
            f"{one['name']:32} {one['n']:>8} rows {one['seconds']:8.2f} s {one['peak_mb']:6} MiB\n"
        )


if __name__ == "__main__":
    main()
