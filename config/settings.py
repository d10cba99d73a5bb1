"""One typed settings object, from one file and the environment."""

import os
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from config.errors import ConfigurationInvalid
from config.language import _
from config.toml_file import read_toml, unknown_key, validation_sentence

PREFIX = "DUBAN_"
NAMES_THE_FILE = "DUBAN_CONFIG"
_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
SEARCHED = (Path("duban.toml"), Path("/etc/duban/duban.toml"))


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def as_url(text: str) -> str:
    """A file's path as an SQLAlchemy address; an address as it is."""
    return text if "://" in text else f"sqlite:///{text}"


class Site(_Section):
    """Who sends the letters and where people sign in."""

    name: str = Field(default="示例区纪委监委", min_length=1, max_length=200)
    name_en: str = Field(
        default="Commission for Discipline Inspection of Shili District",
        min_length=1,
        max_length=200,
    )
    base_url: str = Field(
        default="http://127.0.0.1:8765",
        pattern=r"^https?://[^/@\s]+$",
        examples=["https://duban.example"],
    )
    office: str = "党风室"
    office_en: str = "Conduct Supervision Office"
    phone: str = "0000-0000000"
    letter_prefix: str = Field(default="示纪函", min_length=1, max_length=20)


class DatabaseSettings(_Section):
    """Where the data is."""

    url: Annotated[str, AfterValidator(as_url)] = Field(
        default="sqlite:///var/duban.db", min_length=1
    )
    busy_seconds: float = Field(default=30, gt=0)


class PolicySettings(_Section):
    """Which policy file; none means the one that ships."""

    file: Path | None = None


class MailSettings(_Section):
    """How mail leaves."""

    transport: Literal["file", "smtp", "sendgrid"] = "file"
    folder: Path = Path("var/mail")
    sender: str = "duban@duban.example"
    reply_to: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=465, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "tls"
    user: str | None = None
    password_file: Path | None = None
    sendgrid_key_file: Path | None = None
    sendgrid_host: str = "https://api.sendgrid.com"
    attempts: int = Field(default=48, ge=1)
    without_proof: Literal["by-class", "resend-once", "hold"] = "by-class"
    doubt_minutes: float | None = Field(default=None, ge=0)
    archive: str | None = None
    inbox: Path | None = None
    webhook_key: str | None = None


class NightSettings(_Section):
    """How a night is divided: findings a transaction, and flow runs that share its work."""

    batch: int = Field(default=20_000, ge=1, le=100_000)
    workers: int = Field(default=1, ge=1, le=64)


class ScheduleSettings(_Section):
    """Local times (Asia/Shanghai) of the nightly check, and between which mail leaves."""

    nightly: str = Field(default="00:10", pattern=_CLOCK, examples=["00:10"])
    mail: str = Field(default="08:30", pattern=_CLOCK, examples=["08:30"])
    mail_until: str = Field(default="17:30", pattern=_CLOCK, examples=["17:30"])

    @property
    def nightly_at(self) -> time:
        """When the check runs, in Asia/Shanghai."""
        return time.fromisoformat(self.nightly)

    @property
    def mail_at(self) -> time:
        """From when on mail leaves in the morning, in Asia/Shanghai."""
        return time.fromisoformat(self.mail)

    @property
    def mail_ends_at(self) -> time:
        """Until when it leaves; the minute itself is included."""
        return time.fromisoformat(self.mail_until)


class WebSettings(_Section):
    """The doors: where the service listens, whom it answers, how long a session lasts."""

    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=0, le=65535)
    hosts: tuple[str, ...] = Field(default=(), examples=[["duban.example"]])
    trusted_proxies: tuple[str, ...] = Field(default=(), examples=[["127.0.0.1"]])
    session_hours: float = Field(default=10, gt=0, le=12)
    idle_minutes: float = Field(default=30, gt=0, le=120)
    second_factor: Literal["offered", "required"] = "offered"
    api_docs: bool = False
    upload_megabytes: int = Field(default=20, ge=1, le=200)
    nightly_grace_minutes: int = Field(default=60, ge=1, le=1440)


class WatchSettings(_Section):
    """Whom ``duban run watch`` tells that a check is missing, and whom that all is well."""

    to: tuple[str, ...] = Field(default=(), examples=[["duty@duban.example"]])
    ping_url: str | None = Field(
        default=None, pattern=r"^https?://[^@\s]+$", examples=["https://monitor.example/duban"]
    )


class DocumentSettings(_Section):
    """The office's own templates of letters and other documents."""

    templates: Path | None = None


class OidcSettings(_Section):
    """A district's own provider of identities (OpenID Connect); without an issuer it is off."""

    issuer: str | None = Field(default=None, pattern=r"^https?://[^@\s]+$")
    client_id: str = ""
    client_secret_file: Path | None = None
    name: str = "OpenID Connect"


class Settings(BaseSettings):
    """Everything an installation may set, in a file or as ``DUBAN_SECTION__KEY``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    site: Site = Site()
    database: DatabaseSettings = DatabaseSettings()
    policy: PolicySettings = PolicySettings()
    mail: MailSettings = MailSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    nights: NightSettings = NightSettings()
    web: WebSettings = WebSettings()
    oidc: OidcSettings = OidcSettings()
    watch: WatchSettings = WatchSettings()
    documents: DocumentSettings = DocumentSettings()
    data_dir: Path = Path("var")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which comes as arguments."""
        return env_settings, init_settings

    @property
    def database_url(self) -> str:
        """SQLAlchemy's address of the database."""
        return self.database.url


def settings_file(config_path: Path | None = None) -> Path | None:
    """The file that is read; none where no file is named and none is found."""
    named = os.environ.get(NAMES_THE_FILE)
    return (
        config_path
        or (Path(named) if named else None)
        or next((found for found in SEARCHED if found.is_file()), None)
    )


def load_settings(config_path: Path | None = None, database: str | None = None) -> Settings:
    """Settings from ``config_path``, else ``DUBAN_CONFIG``, else the first file found.

    The environment (``DUBAN_MAIL__HOST`` for ``host`` in ``[mail]``) wins over the file,
    and ``database`` (a path or a URL) over both.

    Raises:
        ConfigurationInvalid: a file or a key cannot be used.
    """
    path = settings_file(config_path)
    data: dict[str, Any] = {} if path is None else read_toml(path)
    _refuse_unknown_variables()
    try:
        found = Settings(**data)
    except ValidationError as error:
        key = PREFIX + "__".join(str(part) for part in error.errors()[0]["loc"]).upper()
        source = key if key in os.environ else (path.name if path else "duban.toml")
        raise ConfigurationInvalid(validation_sentence(Settings, error, source)) from error
    except SettingsError as error:
        raise ConfigurationInvalid(
            _("The environment sets a whole section; set one key, such as DUBAN_DATABASE__URL.")
        ) from error
    if database is None:
        return found
    url = {"url": as_url(database)}
    return found.model_copy(update={"database": found.database.model_copy(update=url)})


def _refuse_unknown_variables() -> None:
    """A variable that sets nothing is a typing error, like an unknown key of the file."""
    for name in os.environ:
        top = name.removeprefix(PREFIX).split("__")[0].lower()
        if name.startswith(PREFIX) and name != NAMES_THE_FILE and top not in Settings.model_fields:
            raise ConfigurationInvalid(unknown_key(Settings, _("The environment"), name, top))
