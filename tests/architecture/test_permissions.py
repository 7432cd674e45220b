"""Every address of the site states its permission, or that it is for everyone."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Django's own back office guards each of its pages itself.
GUARDED_BY_DJANGO = "operator/"


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield every address below a resolver with its view."""
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


def stated_permission(view: object) -> object:
    """Return what the view itself says about who may see it; None if it says nothing."""
    stated = getattr(view, "permission", None)
    return stated if stated is not None else getattr(getattr(view, "view_class", None), "permission", None)


def test_every_address_states_its_permission() -> None:
    unguarded = [
        address
        for address, view in addresses(get_resolver())
        if not address.startswith(GUARDED_BY_DJANGO) and stated_permission(view) is None
    ]
    assert unguarded == []


def test_the_site_has_addresses_at_all() -> None:
    assert len(list(addresses(get_resolver()))) > 5
