"""The follow-up policy: windows, limits, brake and ladder, as typed data."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.language import _


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeadlinePolicy(_Strict):
    """How long, by which rule, and what to do in a year without a notice."""

    window: str = "P1M"
    report: str = "P1M"
    rule: Literal["natural", "next-workday", "statutory-only"] = "next-workday"
    uncovered: Literal["provisional", "refuse"] = "provisional"


class LimitsPolicy(_Strict):
    """The two short limits: their receipt, our review."""

    sign: str = "2wd"
    review: str = "3wd"


class BrakePolicy(_Strict):
    """How far beyond its forecast a night may go by itself."""

    findings: int = Field(default=50, ge=0)
    percent: float = Field(default=5, ge=0, le=100)


Addressee = Literal["contact", "head", "leader-in-charge", "clerk", "supervisor"]


class RungPolicy(_Strict):
    """One rung of the ladder."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")
    level: int = Field(ge=0, le=9)
    kind: Literal["reminder", "notice", "proposal"]
    counts: Literal["sign", "due", "review"]
    at: str
    to: tuple[Addressee, ...]

    @model_validator(mode="after")
    def _has_recipients(self) -> "RungPolicy":
        if not self.to:
            raise ValueError(
                _("the rung “{code}” has no recipients; name at least one in “to”").format(
                    code=self.code
                )
            )
        return self


class Policy(_Strict):
    """A whole policy; ``version`` is a digest, so a changed file is seen."""

    deadline: DeadlinePolicy = DeadlinePolicy()
    limits: LimitsPolicy = LimitsPolicy()
    brake: BrakePolicy = BrakePolicy()
    rung: tuple[RungPolicy, ...]

    @model_validator(mode="after")
    def _is_a_ladder(self) -> "Policy":
        if not self.rung:
            raise ValueError(_("the ladder has no rungs; add at least one [[rung]]"))
        codes = [rung.code for rung in self.rung]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise ValueError(_("two rungs are called {codes}").format(codes=", ".join(twice)))
        return self

    @property
    def version(self) -> str:
        """A digest of the content, 12 hexadecimal characters."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]
