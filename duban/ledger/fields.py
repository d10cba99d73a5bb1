"""Which field a heading names, and how sure that is."""

import re
import unicodedata
from functools import cache, lru_cache

from duban.ledger.vocabulary import CHINESE, ENGLISH, TRADITIONAL, Field

LOOSE = 100
"""From this distance on a heading only ends in a known word; below, it is one."""
WEAK = 200
"""From this distance on a heading only begins with a known word."""

LONGEST_EXACT = 40
"""Longer cells are no headings, and most cells of a ledger are longer."""

_QUESTION = re.compile(r"是否.*|.*(数|数量|数目|个数|总数|条数|占比|比例|率|合计|小计|页码)")
_ENGLISH_QUESTION = re.compile(r"(if|is|are|was|were|did|does|do|has|have) .*")
_BRACKETS = re.compile(r"[(\[【〔（].*?[)\]】〕）]", re.DOTALL)
_OTHER_BODIES = re.compile(
    r"(督导|监督|检查|审核|验收|填报|填表|报送|销号|制表|主管|点评|反馈|考核|督查|督办|交办|发函"
    r"|移交|移送|转办|核查|核验|评估|巡察|派驻|上级|审计|录入|登记|创建|发起|申报|提交|来文|建设|联系"
    r"|业务主管).*"
)
"""Units that supervise, fill in or send; they are not the one that must rectify."""

_ONLY_EXACT = frozenset({Field.MEETING_ON, Field.CATEGORY})
"""“销号日期” is no day of a meeting and “整改类型” no category: the last word proves nothing."""

_THE_ONE = ("被", "受", "责任", "整改", "述责", "述职", "牵头", "主责", "主办")
"""How a heading begins that means the unit that must rectify."""

_ABOUT_PROGRESS = re.compile(
    r".*(整改情况|整改中|仍存在|需协调|未完成|未整改|下一步|最近|审核|督导|批示|答复|办理|完成情况|困难).*"
)
_COUNTED = re.compile(r"[(（]\s*(个|项|条|件|数|数量|%|万元|元)\s*[)）]")
_AFTER_TEXT = frozenset({"情况", "清单", "内容", "描述", "概述", "简述", "名称", "表述", "原文"})


def plain(heading: str) -> str:
    """A heading without what stands in brackets, on one line."""
    return " ".join(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)).split())


def normal(heading: str) -> str:
    """A heading without spaces, punctuation and width, in lower case, to compare by."""
    text = unicodedata.normalize("NFKC", heading).casefold().translate(TRADITIONAL)
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN")


def field_of(heading: str) -> tuple[Field, int] | None:
    """The field that a heading names and how far the match is from perfect (0 is best)."""
    without_brackets = _BRACKETS.sub("", unicodedata.normalize("NFKC", heading))
    without_brackets = re.split(r":(?=.{15})", without_brackets, maxsplit=1)[0]
    if _COUNTED.search(heading):
        return None
    for distance, text in enumerate((heading, without_brackets)):
        exact = _exact().get(normal(text))
        if exact is not None:
            return exact[0], exact[1] + distance
    if re.search(r"[a-z]", heading, re.IGNORECASE) and without_brackets.isascii():
        return _english(without_brackets)
    found = _chinese(normal(without_brackets))
    if found is not None:
        return None if found[0] in _ONLY_EXACT else found
    return _bilingual(without_brackets)


def _bilingual(heading: str) -> tuple[Field, int] | None:
    """“责任单位/Responsible unit”: either half names the field."""
    halves = (re.sub(r"[\x00-\x7f]", "", heading), re.sub(r"[^\x00-\x7f]", "", heading))
    if not all(normal(half) for half in halves):
        return None
    found = (_exact().get(normal(half)) for half in halves)
    return next((one for one in found if one is not None), None)


def exact_field(cell: str) -> Field | None:
    """The field of which a cell is the very heading, as in a heading that is repeated."""
    return _exact_field(cell) if len(cell) <= LONGEST_EXACT else None


@lru_cache(maxsize=4096)
def _exact_field(cell: str) -> Field | None:
    exact = _exact().get(normal(cell)) or _exact().get(normal(_BRACKETS.sub("", cell)))
    return None if exact is None else exact[0]


def _chinese(heading: str) -> tuple[Field, int] | None:
    # The head of a Chinese compound stands last: 问题整改责任人 is a person, not a problem.
    if _QUESTION.fullmatch(heading):
        return None
    ends = [word for word in _chinese_words() if heading.endswith(word)]
    if ends:
        longest = max(ends, key=len)
        field = _exact()[longest][0]
        if field is Field.ORGANIZATION and _OTHER_BODIES.fullmatch(heading):
            return None
        if field is Field.TEXT and _ABOUT_PROGRESS.fullmatch(heading):
            return Field.PROGRESS, LOOSE
        unsure = field is Field.ORGANIZATION and not heading.startswith(_THE_ONE)
        return field, LOOSE + len(heading) - len(longest) + (20 if unsure else 0)
    starts = [word for word in _chinese_words() if heading.startswith(word)]
    if not starts:
        return None
    longest = max(starts, key=len)
    field, rest = _exact()[longest][0], heading.removeprefix(longest)
    if field in (Field.TEXT, Field.ORGANIZATION) and rest not in _AFTER_TEXT:
        return None
    return (field, WEAK + len(rest)) if len(rest) <= 6 else None


def _english(heading: str) -> tuple[Field, int] | None:
    words = " ".join(re.findall(r"[a-z0-9]+", heading.casefold()))
    if _ENGLISH_QUESTION.fullmatch(words):
        return None
    # One word alone at the end proves little: “other findings” may be yes or no.
    ends = [w for w in _english_phrases() if words.endswith(" " + w)]
    if not ends:
        return None
    longest = max(ends, key=len)
    return _exact()[normal(longest)][0], LOOSE + len(words) - len(longest)


@cache
def _exact() -> dict[str, tuple[Field, int]]:
    table: dict[str, tuple[Field, int]] = {}
    for field, words in CHINESE.items():
        for rank, word in enumerate(words.split()):
            table.setdefault(normal(word), (field, rank))
    for field, phrases in ENGLISH.items():
        for rank, phrase in enumerate(phrases.split(";")):
            table.setdefault(normal(phrase), (field, rank))
        table.setdefault(normal(field.value), (field, 0))
    return table


@cache
def _chinese_words() -> tuple[str, ...]:
    return tuple(normal(w) for words in CHINESE.values() for w in words.split() if len(w) > 1)


@cache
def _english_phrases() -> tuple[str, ...]:
    return tuple(p for ps in ENGLISH.values() for p in ps.split(";") if " " in p)
