"""The office's own template: what it may do, and how each thing that it may not is refused."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from duban.documents import check_package as engine
from duban.documents import fill
from duban.documents.letter import FILE, letter_template
from duban.documents.page import saved
from duban.documents.parts import element
from duban.documents.shipped import SHIPPED
from tests.command import Answer, duban

FOLDER = "templates"


def edited(*paragraphs: str) -> bytes:
    """The template that ships with paragraphs put before its end."""
    document = Document(BytesIO(letter_template()))
    for text in paragraphs:
        document.add_paragraph(text)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def repacked(change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """The same with its parts changed, and others added."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(letter_template())) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
        for name, data in more.items():
            new.writestr(name, data)
    return stream.getvalue()


def entity(part: str, data: bytes) -> bytes:
    doctype = b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><w:document'
    return data.replace(b"<w:document", doctype, 1) if part == "word/document.xml" else data


def leading(kind: str, target: str) -> bytes:
    """The template that ships with a relation of this kind to something elsewhere."""
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    one = f'<Relationship Id="rIdX" TargetMode="External" Target="{target}" Type="{types}/{kind}"/>'
    end = b"</Relationships>"

    def add(part: str, data: bytes) -> bytes:
        return data.replace(end, one.encode() + end) if part.endswith("document.xml.rels") else data

    return repacked(add)


def with_field(instruction: str) -> bytes:
    """The same with a field, its words in two runs."""
    document = Document(BytesIO(letter_template()))
    for text in (instruction[:5], instruction[5:]):
        run = document.paragraphs[-1].add_run()
        run._r.append(element("w:instrText"))
        run._r[-1].text = text
    return saved(document)


def checked(folder: Path, template: bytes | None, name: str = FILE) -> Answer:
    """What ``config check`` says of one own template."""
    (folder / FOLDER).mkdir(exist_ok=True)
    if template is not None:
        (folder / FOLDER / name).write_bytes(template)
    (folder / "duban.toml").write_text(f'[documents]\ntemplates = "{FOLDER}"\n')
    return duban("config", "check")


def same(_part: str, data: bytes) -> bytes:
    return data


REFUSED = {
    "unknown": (edited("{{ secret }}"), "unknown variable “secret”"),
    "unknown field": (
        edited("{%p for item in findings %}", "{{ item.remark }}", "{%p endfor %}"),
        "unknown variable “item.remark”",
    ),
    "item outside": (edited("{{ item.text }}"), "unknown variable “item.text”"),
    "whole list": (edited("{{ findings }}"), "unknown variable “findings”"),
    "settings": (edited("{{ config }}"), "unknown variable “config”"),
    "class": (edited("{{ ''.__class__ }}"), "“''.__class__”, which a template may not do"),
    "globals": (
        edited("{{ issuer.__init__.__globals__ }}"),
        "“issuer.__init__.__globals__”, which a template may not do",
    ),
    "item": (edited("{{ issuer['x'] }}"), "“issuer”, which a template may not do"),
    "call": (edited("{{ range(1000000000) }}"), "“range”, which a template may not do"),
    "sum": (edited("{{ 'x' * 1000000000 }}"), "“mul”, which a template may not do"),
    "filter": (edited("{{ issuer|upper }}"), "“issuer”, which a template may not do"),
    "include": (edited("{% include '/etc/passwd' %}"), "“include”, which a template may not do"),
    "set": (edited("{% set x = 1 %}"), "“assign”, which a template may not do"),
    "loop over a range": (
        edited("{% for i in range(9) %}{{ i }}{% endfor %}"), "a loop over “range”",
    ),
    "loop in a loop": (
        edited("{% for item in findings %}{% for item in findings %}x{% endfor %}{% endfor %}"),
        "a loop over “findings”",
    ),
    "loop over a filter": (
        edited("{% for item in findings|list %}x{% endfor %}"),
        "a loop over “findings”",
    ),
    "called item": (
        edited("{%p for item in findings %}", "{{ item().text }}", "{%p endfor %}"),
        "“item.text”, which a template may not do",
    ),
    "nested": (edited("{% if issuer %}" * 3_000 + "{% endif %}" * 3_000), "is nested too deeply"),
    "no end": (edited("{% for item in findings %}"), "a “for” or “if” that does not end"),
    "broken": (edited("{{ issuer"), "a tag that nobody understands"),
    "unknown tag": (edited("{% python %}"), "a tag that nobody understands"),
    "no document": (b"PK\x03\x04 no document", "is not a Word document"),
    "text": (b"hello", "is not a Word document"),
    "another package": (
        repacked(lambda part, data: b"<x/>" if part == "word/document.xml" else data),
        "is not a Word document",
    ),
    "entity": (repacked(entity), "is not a Word document"),
    "macros": (repacked(same, **{"word/vbaProject.bin": b"x"}), "holds macros"),
    "remote": (leading("attachedTemplate", "http://there.example/x.dotm"), "from elsewhere"),
    "link": (leading("hyperlink", "http://there.example/"), "from elsewhere"),
    "script": (leading("hyperlink", "javascript:alert(1)"), "from elsewhere"),
    "field": (with_field('INCLUDEPICTURE "http://there.example/x.png"'), "from elsewhere"),
    "program": (with_field("DDEAUTO c:\\\\x.exe"), "from elsewhere"),
    "large": (b"x" * (engine.LARGEST_TEMPLATE + 1), "is too large"),
    "bomb": (repacked(same, **{"word/x.xml": b" " * (engine.LARGEST_PACKAGE + 1)}), "is too large"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_what_a_template_may_not_do(folder: Path, fault: str) -> None:
    template, words = REFUSED[fault]
    answer = checked(folder, template)
    assert (answer.code, answer.out) == (9, "")
    assert f"The template {FILE}" in answer.err
    assert words in answer.err


def test_what_grows_beyond_all_measure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "LARGEST_RESULT", 300_000)
    assert checked(folder, edited("{%p for item in findings %}", "x", "{%p endfor %}")).code == 0
    answer = checked(folder, edited("{%p for item in findings %}", "x" * 20_000, "{%p endfor %}"))
    assert (answer.code, answer.err) == (
        9, "The template letter.docx cannot be filled: what it makes is too large.\n",
    )  # fmt: skip


def test_what_is_wrong_with_the_folder(folder: Path) -> None:
    assert "No paper is called leter.docx; did you mean letter.docx?" in (
        checked(folder, letter_template(), "leter.docx").err
    )
    (folder / FOLDER / "leter.docx").unlink()
    assert checked(folder, None).code == 0
    (folder / FOLDER).rmdir()
    (folder / "duban.toml").write_text(f'[documents]\ntemplates = "{FOLDER}"\n')
    answer = duban("config", "check")
    assert answer.code == 9
    assert "There is no folder templates, which documents.templates names." in answer.err


def test_every_template_that_ships_can_be_edited_and_used(folder: Path) -> None:
    """What the command writes is taken as the office's own."""
    (folder / FOLDER).mkdir()
    for name, shipped in SHIPPED.items():
        (folder / FOLDER / name).write_bytes(shipped.build())
    answer = duban("letter", "template", "--to", f"{FOLDER}/{FILE}", "--json")
    assert answer.data["variables"][:3] == ["issuer", "number", "addressee"]
    (folder / FOLDER / FILE).write_bytes(leading("hyperlink", "mailto:office@duban.example"))
    checked(folder, None)
    assert duban("config", "check", "--json").data["templates"] == sorted(SHIPPED)
