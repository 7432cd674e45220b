"""Words of the data files: levels, kinds and states, each written in the files as its value."""

from enum import StrEnum

from yichuang.kernel.words import N_


class Level(StrEnum):
    """The level of a division, and of the centre that serves it; a zone (高新区) is not statutory."""

    CITY = "city"
    COUNTY = "county"
    ZONE = "zone"
    TOWN = "town"

    @property
    def label(self) -> str:
        """Name the level for people (a message id)."""
        return {"city": N_("市"), "county": N_("县区"), "zone": N_("功能区"), "town": N_("镇")}[self.value]


class OrganisationKind(StrEnum):
    """What kind of body it is; decides the first two characters of its unified social credit code."""

    AGENCY = "agency"
    INSTITUTION = "institution"
    MASS_ORGANISATION = "mass-organisation"
    ENTERPRISE = "enterprise"


class CentreStateKind(StrEnum):
    """How far a centre has come."""

    PLANNED = "planned"
    BUILDING = "building"
    TRIAL = "trial"
    RUNNING = "running"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Name the state for people (a message id)."""
        return {
            "planned": N_("尚未建成"),
            "building": N_("在建"),
            "trial": N_("试运行"),
            "running": N_("运行"),
            "closed": N_("停用"),
        }[self.value]


class WindowKind(StrEnum):
    """综合窗口 takes everything, 专业窗口 one department's matters."""

    COMPREHENSIVE = "comprehensive"
    SPECIAL = "special"


class PostRole(StrEnum):
    """What a member of staff does in a post."""

    WINDOW = "window"
    SECTION = "section"
    LEADER = "leader"
    CHIEF_REPRESENTATIVE = "chief-representative"
    AGENT = "agent"


class PostRank(StrEnum):
    """AB岗: A holds the post, B takes over when A is away; "" where the rule does not apply."""

    A = "A"
    B = "B"
    NONE = ""
