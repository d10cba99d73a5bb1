"""The file of a policy: what ``config check`` says of it, before it is put in place too."""

from hashlib import sha256
from pathlib import Path

from config.policy_file import policy_file
from tests.command import duban


def test_a_check_names_the_policy_by_version_and_digest(folder: Path) -> None:
    shipped = policy_file()
    changed = shipped.content.replace(b"findings = 50", b"findings = 9")
    Path("new.toml").write_bytes(changed)
    in_force = {"version": shipped.policy().version, "sha256": sha256(shipped.content).hexdigest()}
    assert duban("config", "check", "--json").data == {
        "valid": True, "policy": in_force, "templates": [],
    }  # fmt: skip
    answer = duban("config", "check", "--policy", "new.toml")
    version = policy_file(Path("new.toml")).policy().version
    assert answer.out.splitlines() == [
        "The settings, the policy and the mail set-up fit.",
        f"Policy {version}, SHA-256 {sha256(changed).hexdigest()}",
    ]
    assert version != in_force["version"]
    Path("new.toml").write_bytes(b"[brake]\nfindings = -1\n")
    answer = duban("config", "check", "--policy", "new.toml", "--json")
    assert (answer.code, answer.problem["detail"]) == (
        9, "new.toml: “brake.findings” cannot be -1: at least 0 is needed.",
    )  # fmt: skip
