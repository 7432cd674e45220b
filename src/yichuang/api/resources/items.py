"""Items: the service items that stand; public, so that no area limits them."""

from dataclasses import asdict

from django.http import HttpRequest
from ninja import Router

from yichuang.accounts.values import SystemScope
from yichuang.api import schemas as s
from yichuang.api.access import Needs
from yichuang.api.cursors import seal, unseal
from yichuang.api.resources.shared import reading
from yichuang.catalogue.queries import find_item, page_items
from yichuang.catalogue.values import ItemRow, ItemUnknown

router = Router(tags=["items"])
_KIND = "items"


@router.get(
    "/items",
    response=reading(s.Items),
    auth=Needs(SystemScope.READ_ITEMS),
    url_name="items",
    operation_id="list_items",
    summary="List or search items",
)
def items(
    request: HttpRequest,  # noqa: ARG001 - ninja's
    *,
    q: s.Text = "",
    division: s.Code = "",
    department: s.Code = "",
    theme: s.Text = "",
    on: s.Day | None = None,
    after: s.Cursor = "",
    limit: s.Limit = 100,
) -> s.Items:
    """Items that stand now, or stood `on` a day. `q` understands Chinese, pinyin and codes."""
    page = page_items(
        search=q,
        division=division,
        department=department,
        theme=theme,
        on=on,
        after=unseal(_KIND, after) or "",
        limit=limit,
    )
    return s.Items(items=[_item(row) for row in page], next=seal(_KIND, page.next_after))


@router.get(
    "/items/{code}",
    response=reading(s.Item),
    auth=Needs(SystemScope.READ_ITEMS),
    url_name="item",
    operation_id="get_item",
    summary="Get one item",
)
def item(request: HttpRequest, code: s.Code, organisation: s.Code = "", on: s.Day | None = None) -> s.Item:  # noqa: ARG001
    """One item by its implementation code (31), or by main item (5) or catalogue code (12) with its organisation."""
    found = find_item(code=code, organisation=organisation, on=on)
    if found is None:
        raise ItemUnknown(code=code)
    return _item(found)


def _item(row: ItemRow) -> s.Item:
    return s.Item(**{name: value for name, value in asdict(row).items() if name in s.Item.model_fields})
