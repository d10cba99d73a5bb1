"""A letter as a file from its page and over the API: what it is, who may have it, a bad template."""

import re
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from docx import Document

from config.settings import DocumentSettings
from tests.documents.test_templates import edited
from tests.web.api import program
from tests.web.conftest import Rented
from tests.web.site import Site
from tests.world import World

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def texts(answer: httpx.Response) -> list[str]:
    return [p.text for p in Document(BytesIO(answer.content)).paragraphs]


def test_the_letter_is_a_file_for_who_may_read_it(site: Site, world: World, folder: Path) -> None:
    world.unit("a")
    world.unit("b")
    world.issue()
    clerk = site.person("li", "clerk")
    clerk.get("/letters/2023-1")
    assert "Download letter (.docx)" in clerk.words
    assert 'href="/letters/2023-1/document"' in clerk.page.text
    page = clerk.get("/letters/2023-1/document")
    assert (page.status_code, page.headers["content-type"]) == (200, DOCX)
    assert quote("示纪函〔2023〕1号.docx", safe="") in page.headers["content-disposition"]
    assert "单位a：" in texts(page)
    unit = program(site, "unit-a", "organization", "a")
    own = unit.get("/letters/2023-1/document")
    assert (own.status_code, own.headers["content-type"]) == (200, DOCX)
    assert texts(own) == texts(page)
    foreign, absent = (unit.get(f"/letters/{one}/document") for one in ("2023-2", "2023-9"))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.json()["detail"].replace("2023-2", "2023-9") == absent.json()["detail"]


def test_the_offices_own_template_and_one_that_is_broken(
    site: Site, world: World, folder: Path, rented: tuple[Rented, str]
) -> None:
    """Letters that were issued before are written by whatever template is there now."""
    world.unit("a")
    world.issue()
    settings = world.settings.model_copy(update={"documents": DocumentSettings(templates=folder)})
    rented[0].move_in(settings, world.database)
    clerk = site.person("li", "clerk")
    (folder / "letter.docx").write_bytes(edited("办公室电话：{{ phone }}"))
    page = clerk.get("/letters/2023-1/document")
    assert texts(page)[-1] == "办公室电话：0000-0000000"
    (folder / "letter.docx").write_bytes(edited("{{ secret }}"))
    page = clerk.get("/letters/2023-1/document")
    assert page.status_code == 503
    assert "The template letter.docx has an unknown variable “secret”." in clerk.words


def test_a_draft_before_issue_on_the_terms_of_the_preview(site: Site, world: World) -> None:
    world.unit("a")
    world.unit("b")
    clerk = site.person("li", "clerk")
    clerk.get("/letters/new?window=P2M&at=2024-01-12T10:00&org=a")
    assert "Draft (.docx)" in clerk.words
    address = unescape(re.findall(r'href="(/letters/new/a/document[^"]*)"', clerk.page.text)[0])
    draft = clerk.get(address)
    assert (draft.status_code, draft.headers["content-type"]) == (200, DOCX)
    assert "请于2024年3月12日（含当日）前完成全部问题的整改。" in "".join(texts(draft))
    head = Document(BytesIO(draft.content)).sections[0].first_page_header
    assert head.paragraphs[1].text == "示纪函〔2024〕　　号"
    world.issue()
    assert clerk.get(address).status_code == 404


def test_a_pdf_where_it_can_be_made(
    site: Site, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice's place is taken by a program that is quick; the real one prints elsewhere."""
    world.unit("a")
    world.issue()
    clerk = site.person("li", "clerk")
    monkeypatch.setenv("PATH", str(folder))
    assert "as PDF" not in clerk.get("/letters/2023-1").text
    assert clerk.get("/letters/2023-1/document?as=pdf").status_code == 503
    assert "LibreOffice is not installed on this machine" in clerk.words
    (folder / "soffice").write_text(
        '#!/bin/sh\nfor last; do :; done\necho pdf > "${last%docx}pdf"\n'
    )
    (folder / "soffice").chmod(0o755)
    assert "as PDF" in clerk.get("/letters/2023-1").text
    made = clerk.get("/letters/2023-1/document?as=pdf")
    assert (made.headers["content-type"], made.content) == ("application/pdf", b"pdf\n")
    assert quote("示纪函〔2023〕1号.pdf", safe="") in made.headers["content-disposition"]
