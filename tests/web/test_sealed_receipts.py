"""A saved receipt is checked by anybody, on a machine that holds nothing of ours."""

from pathlib import Path

import pytest

from duban.services.seal_receipt import check_receipt, seal_receipt
from duban.services.secret_words import HouseKey, house_key
from models.errors import BadInput
from tests.command import duban
from tests.web.seen import set_clock
from tests.web.site import Site
from tests.world import World, at

STRANGER = HouseKey(b"a stranger's key of 32 bytes.....")


def test_a_receipt_is_checked_far_away(
    site: Site, world: World, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    house_key.cache_clear()  # Another test's folder is called the same.
    (finding,) = world.unit("a")
    world.issue()
    set_clock(world, "2024-01-02T10:00")
    world.acknowledge(finding, at("2024-01-02T09:12"))
    answer = site.person("zhang", "organization", "a").get("/receipts/2023-1-1/2?as=txt")
    assert answer.headers["content-disposition"].endswith("receipt-2023-1-1-2.txt")
    saved = answer.content
    key = duban("receipt", "key").out.strip()
    page = site.nobody()
    page.get("/receipts/key")
    assert page.words.count(key) == 2
    Path("saved.txt").write_bytes(saved)
    ours = {"as_issued": True, "fault": None, "key": key, "key_compared": True}
    assert duban("receipt", "check", "saved.txt", "--json").data == ours

    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    def checked(data: bytes, *options: str) -> tuple[int, object]:
        Path("receipt.txt").write_bytes(data)
        told = duban("receipt", "check", "receipt.txt", "--json", *options)
        return told.code, told.data["fault"] if told.out else told.problem["code"]

    assert duban("receipt", "check", "nowhere.txt").code == 1
    fine = duban("receipt", "check", Path("receipt.txt").name) if checked(saved) else None
    assert fine is not None
    assert fine.out.splitlines()[:2] == ["The receipt is as it was issued.", f"Key: {key}"]
    assert fine.out.splitlines()[2].startswith("Compare this key with the one")
    assert not Path("var").exists()
    text = saved.decode("utf-8-sig")
    assert text.splitlines()[:5] == [
        "Commission for Discipline Inspection of Shili District",
        "The receipt of the letter was confirmed", "", "Receipt number: 2023-1-1/2",
        "Letter: 示纪函〔2023〕1号",
    ]  # fmt: skip
    by_key = ("--key", key)
    assert checked(saved, *by_key) == (0, None)
    assert checked(text.replace("\r\n", "\n").encode(), *by_key) == (0, None)
    assert checked(text.replace("\r\n", "\n").encode("utf-8-sig"), *by_key) == (0, None)
    assert checked(text.encode(), *by_key) == (0, None)
    assert checked(saved.rstrip(), *by_key) == (0, None)
    assert checked(saved + b"\r\n\r\n", *by_key) == (0, None)
    assert checked(saved + b"PS\r\n", *by_key) == (1, "validation")
    assert checked(text.encode("utf-16"), *by_key) == (1, "validation")
    assert checked(saved[: len(saved) // 2], *by_key) == (1, "validation")
    assert checked(saved, "--key", key[:-1]) == (1, "validation")
    assert checked("\r\n".join(text.split("\r\n")[1:]).encode(), *by_key) == (3, "lines")
    assert checked(text.replace("09:12", "09:11").encode(), *by_key) == (3, "lines")
    others = seal_receipt(text.splitlines()[:-3], STRANGER)
    assert checked(others, *by_key) == (3, "key")
    assert checked(others) == (0, None)
    foreign = others.decode().splitlines()[-1]
    assert checked(text.replace(f"Key: {key}", foreign).encode(), *by_key) == (3, "signature")


def test_no_byte_can_be_another(folder: Path) -> None:
    sealed = seal_receipt(["示例区", "Number: 1/2", "", "a\nb\u2028c", "end"], STRANGER)
    key = check_receipt(sealed).key
    assert check_receipt(sealed, key).lines == ("示例区", "Number: 1/2", "", "a b c", "end")
    passed = []
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        try:
            if check_receipt(bytes(changed), key).fault is None:
                passed.append(place)
        except BadInput:
            continue
    assert passed == []
