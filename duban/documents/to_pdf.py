"""A .docx as a PDF, by LibreOffice where it is installed: one at a time, within bounds."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

from config.language import _
from config.settings import PREFIX
from duban.documents.stand_ins import font_rules
from models.errors import Unavailable

LONGEST, PATIENCE = 60.0, 15.0
"""Seconds for one document, and for waiting until others are done."""


def office_program() -> str | None:
    """LibreOffice's program; none where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def lock_file() -> Path:
    """What is held while a document is made; one for each user of the machine."""
    user = str(os.getuid()) if hasattr(os, "getuid") else "one"
    return Path(tempfile.gettempdir()) / f"duban-office-{user}.lock"


def to_pdf(document: bytes, *, seconds: float = LONGEST, patience: float = PATIENCE) -> bytes:
    """The same document as a PDF.

    Raises:
        Unavailable: LibreOffice is not installed, is busy, takes longer than ``seconds``, or
            makes nothing.
    """
    program = office_program()
    if program is None:
        raise Unavailable(
            _("LibreOffice is not installed on this machine: take the .docx instead of the PDF.")
        )
    try:
        with FileLock(lock_file(), timeout=patience), tempfile.TemporaryDirectory(
            prefix="duban-office-", ignore_cleanup_errors=True
        ) as folder:  # fmt: skip
            return _convert(program, document, Path(folder), seconds)
    except Timeout as error:
        raise Unavailable(_("Other documents are being made; try again in a minute.")) from error


def _convert(program: str, document: bytes, folder: Path, seconds: float) -> bytes:
    source, result = folder / "paper.docx", folder / "paper.pdf"
    source.write_bytes(document)
    profile = (folder / "profile").as_uri()
    line = [program, "--headless", "--norestore", "--nolockcheck", "--nodefault",
            f"-env:UserInstallation={profile}", "--convert-to", "pdf:writer_pdf_Export",
            "--outdir", str(folder), str(source)]  # fmt: skip
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment = {**ours, "HOME": str(folder), **font_rules(folder)}
    with subprocess.Popen(
        line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise Unavailable(
                _("LibreOffice took longer than {n} seconds and was stopped.").format(
                    n=round(seconds)
                )
            ) from error
        finally:
            _end(process)
    if process.returncode != 0 or not result.exists():
        raise Unavailable(_("LibreOffice made no PDF of it: take the .docx."))
    return result.read_bytes()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with everything that it started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
    else:
        process.kill()
