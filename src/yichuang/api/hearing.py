"""Hearing: what the API is told, field by field; a field that it does not know is a fault, never passed over."""

from ninja import Field, Schema
from pydantic import ConfigDict


class Heard(Schema):
    """Base of what is heard: an unknown field is a fault, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class ReportedApplicant(Heard):
    """Who applied."""

    name: str = Field("", max_length=200)
    id_type: str = Field("", max_length=3, description="111 resident number, 001 social credit code, ...")
    id_number: str = Field("", max_length=64)
    phone: str = Field("", max_length=32)


class ReportedAct(Heard):
    """One act of the history; `fields` are those of docs/mapping.md."""

    act: str = Field(max_length=64, examples=["accept"])
    at: str = Field(max_length=40, examples=["2015-01-05T09:30:00+08:00"])
    fields: dict[str, str | int | bool | list[str] | None] = Field({}, max_length=40)


class ReportedCase(Heard):
    """One case with its whole history so far; reported again with more at its end, that is added."""

    source_key: str = Field(min_length=1, max_length=128, description="Its number in the reporting system")
    item: str = Field(max_length=40)
    organisation: str = Field(max_length=40)
    division: str = Field(max_length=12)
    received_at: str = Field(max_length=40, examples=["2015-01-05T09:00:00+08:00"])
    receiving_division: str | None = Field(None, max_length=12)
    centre: str | None = Field(None, max_length=24)
    handling_item: str | None = Field(None, max_length=8)
    channel: str | None = Field(None, max_length=8)
    applicant_type: str | None = Field(None, max_length=20)
    summary: str | None = Field(None, max_length=4_000)
    joint: bool | None = None
    applicant: ReportedApplicant = ReportedApplicant()
    acts: list[ReportedAct] = Field([], max_length=500)
    corrections: bool = Field(False, description="A history that differs from the ledger corrects it")


class NewWebhook(Heard):
    """Where to be told which events."""

    url: str = Field(max_length=500)
    events: list[str] = Field(["*"], max_length=60, description="Versioned names, or * for all")
