"""Addressing: where a source is reached, as lines of a draft: its address, its token, how its pages are turned."""

from yichuang.exchange.domain.drafting.proposing import Wish
from yichuang.exchange.domain.drafting.seen import ServiceSeen, SourceSeen
from yichuang.exchange.domain.drafting.yamltext import FILL_IN, Lines, inline, percent, scalar

_PAGING = "connection.http.paging"


def write_connection(lines: Lines, wish: Wish, seen: SourceSeen) -> list[str]:
    """Write where the source is reached; return the keys that only a person can fill."""
    lines.add("connection:")
    if seen.service is not None:
        return _write_service(lines, seen.service)
    if seen.format == "xml":
        lines.add(f"folder: {scalar(wish.address)}", depth=1)
        return []
    lines.add(f"url: {scalar(wish.address)}", depth=1)
    if seen.encoding:
        lines.add(f"charset: {seen.encoding}", "列的字符集与实际不符 / bytes are not what the columns say", depth=1)
    return []


def place_entry(seen: SourceSeen, table: str) -> dict[str, str]:
    """Return what a table of a service says of its place, as YAML; nothing for other sources."""
    place = seen.service.places.get(table) if seen.service is not None else None
    if place is None:
        return {}
    entry = {"path": scalar(place.path)}
    if place.records:
        entry["records"] = scalar(place.records)
    if place.parameters:
        entry["parameters"] = inline({name: scalar(text) for name, text in place.parameters.items()})
    if place.since:
        entry["since"] = scalar(place.since)
    return entry


def _write_service(lines: Lines, service: ServiceSeen) -> list[str]:
    lines.add(f"url: {scalar(service.url)}", depth=1)
    paging, to_fill = service.paging, []
    unknown = paging.more
    if service.token or paging.kind != "none" or unknown:
        lines.add("http:", depth=1)
    if service.token:
        told = {name: scalar(text) for name, text in service.token.items()}
        note = f"运行时设置环境变量 / set in the environment: {'、'.join(service.variables)}"
        lines.add(f"token: {inline(told)}", note, depth=2)
    elif service.variables:
        lines.add(note=f"运行时设置环境变量 / set in the environment: {'、'.join(service.variables)}", depth=1)
    entry = {"kind": paging.kind}
    if paging.kind in {"page", "offset", "cursor"}:
        entry["parameter"] = scalar(paging.parameter)
    if paging.size_parameter:
        entry |= {"size_parameter": scalar(paging.size_parameter), "size": scalar(str(paging.size))}
    if paging.kind == "page" and paging.first != 1:
        entry["first"] = scalar(str(paging.first))
    if paging.next:
        entry["next"] = scalar(paging.next)
    if unknown:
        to_fill.append(_PAGING)
        note = f"{FILL_IN}：还有下一页，不知道怎样翻 / there is more, and no way to it was found"
        lines.add(f"paging: {inline(entry)}", note, depth=2)
    elif paging.kind != "none":
        lines.add(f"paging: {inline(entry)}", percent(paging.sure), depth=2)
    else:
        lines.add(note=f"没有看出翻页，请核对 / no pages were seen, please confirm {percent(paging.sure)}", depth=1)
    if not any(place.since for place in service.places.values()):
        note = "每轮全部重读；服务有“只取更新的”参数时写进tables的since / read whole each time unless a table has since"
        lines.add(note=note, depth=1)
    return to_fill
