"""A policy as a file: read, digested and made into typed data."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePath

from config.policy import Policy
from config.toml_file import as_model, parse_toml, read_content


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy's file as it was read: what it is called, and what stands in it."""

    path: PurePath
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of the file, to the last byte; as ``sha256sum`` prints it."""
        return hashlib.sha256(self.content).hexdigest()

    def policy(self) -> Policy:
        """The policy in it.

        Raises:
            ConfigurationInvalid: the file cannot be used; the sentence names the key.
        """
        return as_model(Policy, parse_toml(self.content, self.path), self.path.name)


def policy_file(path: Path | None = None) -> PolicyFile:
    """The file at ``path``, or the one that ships.

    Raises:
        ConfigurationInvalid: it is missing or unreadable.
    """
    if path is not None:
        return PolicyFile(path, read_content(path))
    shipped = files("config").joinpath("policies", "default.toml")
    return PolicyFile(PurePath(shipped.name), shipped.read_bytes())
