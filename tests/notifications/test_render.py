"""Every mail renders strictly in both languages, and says the same as text and as HTML."""

import re
from html import unescape
from pathlib import Path

import pytest

from config.language import as_language
from notifications.render import TEMPLATES, render
from notifications.wrap import COLUMNS, width
from tests.notifications.samples import ALL, BASE, values_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(("template", "index", "language"), ALL)
def test_every_template_in_both_languages(template: str, index: int, language: str) -> None:
    values = values_of(template)[index]
    found = render(template, values, as_language(language))
    assert found.subject == found.subject.strip()
    assert "\n" not in found.subject
    assert BASE["link"] in found.text
    wide = [line for line in found.text.splitlines() if width(line) > COLUMNS]
    assert [line for line in wide if len(line.split()) > 1] == []  # but for a long address
    shown = unescape(re.sub(r"<[^>]+>", "", found.html.split("</head>")[1]))
    assert "".join(shown.split()) == "".join(found.text.split())
    assert set(re.findall(r'href="([^"]*)"', found.html)) == set(values.links)
    if language == "en":
        # Only names that people gave may be Chinese in an English mail.
        words = found.subject + found.text
        for given in (*BASE.values(), "教育局", "甲", "通报", "理由"):
            words = words.replace(given, "")
        assert CHINESE.findall(words) == []
    else:
        assert CHINESE.search(found.subject)


def test_every_folder_is_a_template() -> None:
    folder = Path(__file__).parents[2] / "notifications" / "templates"
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == sorted(TEMPLATES)


def test_html_is_escaped() -> None:
    from dataclasses import replace

    values = replace(values_of("issued")[0], organization="<script>alert(1)</script>")
    assert "<script>" not in render("issued", values, "en").html
