"""Times letters as .docx: ``python -m benchmarks.letters`` writes a hundred and a PDF."""

import sys
from time import perf_counter

from duban.documents import letter
from duban.documents.fill import fill
from duban.documents.page import saved
from duban.documents.shipped import shipped_template
from duban.documents.to_pdf import office_program, to_pdf

LETTERS, FINDINGS, MOST_SECONDS = 100, 5, 20.0


def main() -> None:
    """Print the seconds; the exit code says whether they are within bounds."""
    template = shipped_template(letter.FILE)
    finding = dict.fromkeys(letter.ALLOWED.lists["findings"], "示例问题的表述，长短如常见的台账。")
    values: dict[str, object] = dict.fromkeys(letter.ALLOWED.texts, "示例")
    values |= {"findings": [finding] * FINDINGS}
    began = perf_counter()
    for number in range(1, LETTERS + 1):
        about = values | {"number": f"示纪函〔2024〕{number}号"}
        document = saved(fill(template, letter.ALLOWED, about, name=letter.FILE))
    spent = perf_counter() - began
    sys.stdout.write(f"{LETTERS} letters of {FINDINGS} findings: {spent:.2f} s as .docx\n")
    if office_program() is not None:
        began = perf_counter()
        to_pdf(document)
        sys.stdout.write(f"one of them as a PDF: {perf_counter() - began:.2f} s\n")
    sys.exit(0 if spent <= MOST_SECONDS else 1)


if __name__ == "__main__":
    main()
