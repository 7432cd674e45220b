"""Contents of an implementation item: what one organisation promises the public about one matter.

The one shape that the data files, the workbooks, the tables and the consistency rules share. It
answers nothing by itself; two equal contents are the same version.
"""

from dataclasses import dataclass

import msgspec

from yichuang.kernel.crypto import sm3


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One paper the applicant brings; `key` marks a main review element (主审要件), never tolerable when missing."""

    name: str
    issuer: str = ""
    issued_within: str = ""
    handling_note: str = ""
    handling_place: str = ""
    use_note: str = ""
    originals: int = 0
    copies: int = 0
    required: bool = True
    form: str = "paper"
    key: bool = False
    legal_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One legal basis; `as_of` dates the version of the law, `verified` is V (read in the source) or K (unchecked)."""

    law: str
    article: str = ""
    as_of: str = ""
    verified: str = "K"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One named step; `amount` counts in the unit of the promised limit."""

    name: str
    post: str = ""
    amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingItem:
    """One handling item (业务办理项): `code` is its two characters after the implementation code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One fee, only ever by law (Administrative Licence Law, article 58)."""

    name: str
    standard: str = ""
    basis: str = ""
    reducible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContent:
    """All of one implementation item after GB/T 39046-2020; see `domain.fields` for the 64 fields' homes."""

    implementation_code: str
    organisation_code: str
    organisation_name: str
    organisation_uscc: str
    division: str
    level: str
    catalogue_code: str
    name: str
    type_code: str
    promised_amount: int
    promised_unit: str
    kind: str
    review: str
    organisation_nature: str = "1"
    division_name: str = ""
    local_code: str = ""
    authority_split: str = ""
    exercised_content: str = ""
    statutory_amount: int | None = None
    statutory_unit: str = "working-days"
    statutory_note: str = ""
    promised_note: str = ""
    conditions: tuple[str, ...] = ()
    joint_names: tuple[str, ...] = ()
    joint_codes: tuple[str, ...] = ()
    undertaking_name: str = ""
    undertaking_code: str = ""
    intermediary: str = ""
    quota: str = ""
    result_type: str = "none"
    result_name: str = ""
    result_sample: str = ""
    charged: bool = False
    fee_basis: str = ""
    cross_region: str = ""
    objects_served: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    legal_theme_codes: tuple[str, ...] = ()
    natural_theme_codes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    special_procedures: tuple[str, ...] = ()
    appointment: bool = False
    pay_online: bool = False
    express: bool = False
    online: bool = False
    online_address: str = ""
    system_level: str = ""
    place: str = ""
    hours: str = ""
    consult_means: str = ""
    consult_phone: str = ""
    supervision_phone: str = ""
    questions: tuple[str, ...] = ()
    online_depth: int = 1
    visits: int = 1
    convenience: bool = False
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    legal_basis: tuple[Basis, ...] = ()
    handling_items: tuple[HandlingItem, ...] = ()
    fees: tuple[Fee, ...] = ()

    @property
    def item_code(self) -> str:
        """Return the five digits of the main item within the catalogue code."""
        return self.catalogue_code[4:9]

    @property
    def digest(self) -> str:
        """Return the SM3 digest of the whole content in hexadecimal: equal digests are the same version."""
        return sm3(msgspec.json.encode(self)).hex()
