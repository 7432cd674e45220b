"""The region that a visitor looks at: city, county or town, remembered in a cookie and always shown.

It narrows what he finds; it gives and takes no right.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from yichuang.regions.queries import get_tree
from yichuang.regions.values import DivisionTree, Level

COOKIE = "region"
_YEAR_SECONDS = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Region:
    """A chosen division with the ones above it; `path` is (code, name) from the city down to itself."""

    code: str
    name: str
    level: Level
    path: tuple[tuple[str, str], ...]

    @property
    def county(self) -> str:
        """Return the county that the region is or lies in; "" for the city itself."""
        return self.path[1][0] if len(self.path) > 1 else ""

    @property
    def above(self) -> str:
        """Return the code of the division above; "" for the city."""
        return self.path[-2][0] if len(self.path) > 1 else ""

    @property
    def full_name(self) -> str:
        """Return the name with the county that it lies in: many counties have a 城关镇."""
        return " · ".join(name for _code, name in self.path[1:]) or self.name


def get_region(request: HttpRequest, asked: str = "") -> Region:
    """Return the region asked for, else the remembered one, else the city (one query when the tree is kept)."""
    tree = get_tree(on=timezone.localdate())
    for code in (asked, request.COOKIES.get(COOKIE, "")):
        if code in tree:
            return region_of(tree, code)
    return region_of(tree, tree.roots[0]) if tree.roots else Region("", "", Level.CITY, ())


def remember(answer: HttpResponse, code: str) -> None:
    """Keep a chosen region in the visitor's browser for a year."""
    answer.set_cookie(
        COOKIE, code, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )


def region_of(tree: DivisionTree, code: str) -> Region:
    """Return a division of the tree as a region, named in the reader's language."""
    path = tuple((one, _(tree.name_of(one))) for one in tree.path(code))
    return Region(code=code, name=path[-1][1], level=tree.level_of(code), path=path)


def head_of(request: HttpRequest, region: Region) -> dict[str, str]:
    """Return what the head of a page says of the region: its name and where one switches it."""
    if not region.code:
        return {}
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return {"name": region.full_name, "href": f"{reverse('portal:region')}?{urlencode({'next': wanted})}"}
