"""Finding: from what a visitor asks for to one page of items, and the choices that narrow it."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.catalogue.queries import list_themes, search_items
from yichuang.catalogue.values import ItemRow
from yichuang.kernel.page import Page
from yichuang.portal.places import departments
from yichuang.portal.region import Region, get_region
from yichuang.regions.queries import get_tree
from yichuang.ui.values import Filter

LONGEST_SEARCH = 60
PAGE = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: words, audience, department, theme, life event, and the place."""

    words: str
    audience: str
    department: str
    theme: str
    event: str
    region: Region
    after: str


def ask(request: HttpRequest) -> Asked:
    """Read the address; what no list can hold is cut."""

    def text(name: str) -> str:
        return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]

    audience = text("audience")
    return Asked(
        words=text("q"),
        audience=audience if audience in {"natural", "legal"} else "",
        department=text("department"),
        theme=text("theme"),
        event=text("event"),
        region=get_region(request, text("division")),
        after=request.GET.get("after", ""),
    )


def find(asked: Asked) -> Page[ItemRow]:
    """Return one page of the items that are asked for."""
    return search_items(
        text=asked.words,
        department=asked.department,
        theme=asked.theme,
        division=asked.region.code,
        audience=asked.audience,
        life_event=asked.event,
        after=asked.after,
        limit=PAGE,
        with_total=True,
    )


def filters(asked: Asked) -> list[Filter]:
    """Return what narrows the list beside the words: place, whose matter, department, theme."""
    every = ("", _("全部"))
    tree = get_tree(on=timezone.localdate())
    here = asked.region
    places = [*here.path]
    places += [(code, _(tree.name_of(code))) for code in (tree.children(here.code) if here.code else ())]
    themes = list_themes(division=here.code)
    return [
        Filter("division", _("地区"), here.code, places),
        Filter("audience", _("服务对象"), asked.audience, [every, ("natural", _("个人")), ("legal", _("企业和组织"))]),
        Filter("department", _("部门"), asked.department, [every, *departments(division=here.code)]),
        Filter("theme", _("主题"), asked.theme, [every, *((theme, _(theme)) for theme in themes)]),
    ]


def chosen(filters: list[Filter]) -> list[str]:
    """Return what is set of the filters, as the reader reads it; the region stands in the head of the page anyway."""
    return [label for one in filters[1:] if one.value for value, label in one.choices if value == one.value]
