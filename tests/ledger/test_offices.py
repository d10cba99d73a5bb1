"""Ledgers as one office or another keeps them: every row is read, refused, or passed over aloud."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from duban.ledger.read import read_ledger
from tests.ledger.tables import findings, merged

N = None
HEAD = ["序号", "责任单位", "存在问题", "整改措施", "整改时限"]


class Case(NamedTuple):
    """A sheet with its merged ranges, and what must come of it."""

    name: str
    rows: list[list[Any]]
    merges: str
    findings: list[tuple[str, str]]
    refused: Sequence[tuple[int, str]] = ()
    passed: Sequence[int] = ()


CASES = [
    Case("a heading of three merged rows", [
        ["2023年度述责述廉问题整改台账"],
        ["序号", "问题情况", N, "责任落实", N, "备注"],
        [N, "问题类别", "具体问题", "责任单位", N, N],
        [N, N, N, "牵头单位", "配合单位", N],
        [1, "作风", "会议过多", "甲局", "乙局", N],
    ], "A1:F1 A2:A4 B2:C2 D2:E2 F2:F4 B3:B4 C3:C4 D3:E3", [("甲局", "会议过多")]),
    Case("牵头 and 配合 alone under a group", [
        ["序号", "责任单位", N, "存在问题"], [N, "牵头", "配合", N], [1, "甲局", "丙局", "问题一"],
        [2, "乙局", N, "问题二"],
    ], "A1:A2 B1:C1 D1:D2", [("甲局", "问题一"), ("乙局", "问题二")]),
    Case("kinds of units under a group, names in the cells", [
        ["存在问题", "责任单位", N], [N, "区直单位", "乡镇街道"], ["问题一", "甲局", N],
        ["问题二", N, "柳林镇"], ["问题三", "甲局", "柳林镇"],
    ], "A1:A2 B1:C1", [("甲局", "问题一"), ("柳林镇", "问题二")], [(5, "several-organizations")]),
    Case("marks that deny are no marks", [
        ["存在问题", "责任单位", N, N], [N, "教育局", "水利局", "各乡镇"], ["问题一", "√", "×", "/"],
        ["问题二", "否", "—", "是"],
    ], "A1:A2 B1:D1", [("教育局", "问题一"), ("各乡镇", "问题二")]),
    Case("one problem of three units", [
        HEAD, [1, "甲局", "文山会海未减", "a", N], [2, "乙局", N, "b", N], [3, "丙局", N, "c", N],
    ], "C2:C4", [("甲局", "文山会海未减"), ("乙局", "文山会海未减"), ("丙局", "文山会海未减")]),
    Case("texts merged sideways, units downwards", [
        ["序号", "责任单位", "存在问题", N, "责任人"], [1, "甲局", "会议过多", N, "张"],
        [N, N, "一、谈话不及时"], [N, N, "审核把关不严：材料雷同"], [2, "乙局", "台账不全", N, "李"],
    ], "C1:D1 A2:A4 B2:B4 E2:E4 C2:D2 C3:D3 C4:D4 C5:D5",
        [("甲局", "会议过多"), ("甲局", "一、谈话不及时"), ("甲局", "审核把关不严：材料雷同"), ("乙局", "台账不全")]),
    Case("texts that begin like notes and totals", [
        ["存在问题", "责任单位"], ["联系群众不够：走访少", "甲局"], ["合计支出超标", "乙局"],
        ["*重点问题未整改", "丙局"], ["说明：材料造假", "丁局"],
    ], "", [("甲局", "联系群众不够：走访少"), ("乙局", "合计支出超标"), ("丙局", "*重点问题未整改"),
            ("丁局", "说明：材料造假")]),
    Case("totals, notes, signatures and blanks", [
        HEAD, [1, "甲局", "问题一", "a", N], ["合计", N, "1个问题"], [N, "小计：1"], ["合计", N, 2],
        [N, "主要负责人签字：", N, "填表人："], ["备 注：每月5日前报送"], [N, N, "（以下空白）"], ["第1页，共1页"],
    ], "A3:B3", [("甲局", "问题一")], [], [3, 4, 5, 6, 7, 8, 9]),
    Case("the columns' own numbers and an example", [
        HEAD, ["甲", "乙", "丙", "丁", "戊"], [1, 2, 3, 4, 5], ["例", "某局", "示例：会议过多", "a", N],
        [1, "甲局", "问题一", "a", N],
    ], "", [("甲局", "问题一")], [], [2, 3, 4]),
    Case("units in section rows", [
        ["序号", "存在问题", "整改措施"], ["一、区教育局党组（2个问题）"], [1, "问题一", "a"], [2, "问题二", "b"],
        ["二、区水利局党组（1个问题）"], [3, "问题三", "c"],
    ], "A2:C2 A5:C5", [("区教育局党组", "问题一"), ("区教育局党组", "问题二"), ("区水利局党组", "问题三")], [], [2, 5]),
    Case("two tables one under the other, columns in another order", [
        HEAD, [1, "甲局", "新一", "a", N], [], ["遗留问题"], ["序号", "存在问题", "责任单位"], [1, "旧一", "乙局"],
    ], "", [("甲局", "新一"), ("乙局", "旧一")], [], [4]),
    Case("the heading again on each page", [
        ["序号", "责任单位", N, "存在问题"], [N, "牵头单位", "配合单位", N], [1, "甲局", "乙局", "问题一"],
        ["序号", "责任单位", N, "存在问题"], [N, "牵头单位", "配合单位", N], [2, "丙局", N, "问题二"],
    ], "A1:A2 B1:C1 D1:D2 A4:A5 B4:C4 D4:D5", [("甲局", "问题一"), ("丙局", "问题二")]),
    Case("two columns of text belong together", [
        ["责任单位", "具体问题", "问题表现"], ["甲局", "监督不严", "记录雷同"], ["乙局", N, "会议过多"],
    ], "", [("甲局", "监督不严\n记录雷同"), ("乙局", "会议过多")]),
    Case("several units in one cell", [
        HEAD, [1, "甲局、乙局", "问题一"], [2, "牵头：甲局\n配合：乙局、丙局", "问题二"], [3, "卫健局\n民政局", "问题三"],
        [4, "教育局等5个部门", "问题四"], [5, "示例区\n教育局", "问题五"],
    ], "", [("甲局", "问题二"), ("示例区教育局", "问题五")],
        [(2, "several-organizations"), (4, "several-organizations"), (5, "several-organizations")]),
    Case("words for nothing", [
        HEAD, [1, "甲局", "问题一"], [2, "同上", "问题二"], [3, "〃", "问题三"], [4, "乙局", "无"],
        [5, "/", "问题四"], [6, "乙局", 3], [7, 12, "问题五"],
    ], "", [("甲局", "问题一"), ("甲局", "问题二"), ("甲局", "问题三")],
        [(5, "text-missing"), (6, "organization-missing"), (7, "text-is-number"), (8, "organization-is-number")]),
    Case("further measures on rows of their own", [
        HEAD, [1, "甲局", "问题一", "措施一", N], [N, N, N, "措施二", N], [2, "乙局", "问题二", "a", N],
    ], "", [("甲局", "问题一"), ("乙局", "问题二")]),
    Case("supervisors are not the unit, measures not the text", [
        ["述责对象", "督导单位", "不足之处", "整改内容"], ["甲局", "第一纪检监察组", "会议过多", "精简会议"],
    ], "", [("甲局", "会议过多")]),
    Case("a dated column in the heading, long notes in brackets", [
        ["责任单位\n（填写党组织全称，加盖公章）", "存在问题\n（请按评议会上点评指出的问题清单原文逐条填写，不得合并、不得改写，"
         "一个问题填写一行，如有附件请在备注栏中注明）", date(2024, 1, 1)], ["甲局", "问题一", "进行中"],
    ], "", [("甲局", "问题一")]),
    Case("traditional characters", [["責任單位", "存在問題"], ["甲局", "會議過多"]], "", [("甲局", "會議過多")]),
    Case("a blank heading over the numbers, texts that end in 问题", [
        [N, "责任单位", "存在问题"], ["1", "甲局", "会议过多的问题"], ["2", "乙局", "台账不全的问题"],
    ], "", [("甲局", "会议过多的问题"), ("乙局", "台账不全的问题")]),
    Case("unit and person in one cell", [
        ["存在问题", "责任单位及责任人"], ["问题一", "区教育局 王某"], ["问题二", "区水利局"],
    ], "", [("区教育局", "问题一"), ("区水利局", "问题二")]),
    Case("the unit that is audited, not the one that audits; progress is not the finding", [
        ["审计单位", "被审计单位", "存在问题", "整改中存在的困难和问题", "审核反馈意见"],
        ["区审计局", "区教育局", "会议过多", "人手不足", "请抓紧"], ["区审计局", "区水利局", "无", "人手不足", N],
    ], "", [("区教育局", "会议过多")], [(3, "text-missing")]),
    Case("subtotals of a unit, and units without a finding", [
        ["责任单位", "存在问题", "整改措施"], ["区教育局", "问题一", "a"], [N, "小计", N], ["区水利局小计", "2个", N],
        ["区民政局", "本次未发现问题。", N],
    ], "A2:A3", [("区教育局", "问题一")], [(5, "text-missing")], [3, 4]),
    Case("a remark inside a unit's section leaves the unit in force", [
        ["序号", "存在问题", "整改措施"], ["一、区教育局党组（2个问题）"], ["（一）作风方面"], [1, "问题一", "a"],
        ["以上问题由区委巡察办移交区委办"], [2, "问题二", "b"],
    ], "A2:C2 A3:C3 A5:C5", [("区教育局党组", "问题一"), ("区教育局党组", "问题二")], [], [2, 3, 5]),
    Case("a section whose number has a cell of its own", [
        ["序号", "存在问题", "整改措施"], ["一", "区教育局党组（1个问题）"], [1, "问题一", "a"],
    ], "B2:C2", [("区教育局党组", "问题一")], [], [2]),
    Case("a comment of each leader is a finding", [
        ["单位", "区委书记张某点评", "区长李某点评"], ["区教育局", "会议过多", "走访少"], ["区水利局", N, "谈话少"],
    ], "", [("区教育局", "会议过多"), ("区教育局", "走访少"), ("区水利局", "谈话少")]),
    Case("headings in two languages, in one cell and in two rows", [
        ["责任单位/Responsible unit", "问题 Finding"], ["Body", "Issue in words"], ["区教育局", "会议过多"],
    ], "", [("区教育局", "会议过多")]),
    Case("the lead is empty, so the responsible unit it is", [
        ["牵头单位", "责任单位", "存在问题"], ["/", "区教育局", "会议过多"], ["区委办", "区水利局", "走访少"],
    ], "", [("区教育局", "会议过多"), ("区委办", "走访少")]),
    Case("units numbered, wrapped, joined", [
        ["责任单位", "存在问题"], ["1.区教育局", "一"], ["（2）区水利局\n党组", "二"], ["区民政局和区司法局", "三"],
        ["填写示例", "四"], ["××局党组", "五"],
    ], "", [("区教育局", "一"), ("区水利局党组", "二"), ("填写示例", "四")], [(4, "several-organizations")], [6]),
    Case("an error of the spreadsheet is an error", [
        ["责任单位", "存在问题", "整改措施"], ["区教育局", "#N/A", "a"], ["区水利局", "走访少", "#REF!"],
    ], "", [], [(2, "formula-error"), (3, "formula-error")]),
    Case("a number beside the text under one heading", [
        ["责任单位", "存在问题", N], ["区教育局", 1, "会议过多"], ["区水利局", 2, "走访少"],
    ], "B1:C1", [("区教育局", "会议过多"), ("区水利局", "走访少")]),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_row_is_accounted_for(folder: Path, case: Case) -> None:
    ledger = read_ledger(merged(folder / "t.xlsx", case.rows, case.merges))
    assert findings(ledger) == case.findings
    assert [(refusal.row, refusal.code) for refusal in ledger.refusals] == list(case.refused)
    assert [passed.row for sheet in ledger.sheets for passed in sheet.passed_over] == list(
        case.passed
    )
