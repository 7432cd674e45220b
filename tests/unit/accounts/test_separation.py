"""The identity provider of the demonstration and the side that asks it share no code but tables' and words'."""

from pathlib import Path

from yichuang.accounts import demonstration_identity, identity


def sources(package: object) -> list[Path]:
    return sorted(Path(package.__file__).parent.rglob("*.py"))  # type: ignore[attr-defined]


def test_the_client_knows_nothing_of_the_provider() -> None:
    for path in sources(identity):
        assert "demonstration_identity" not in path.read_text(), path.name


def test_the_provider_knows_nothing_of_the_client() -> None:
    for path in sources(demonstration_identity):
        text = path.read_text()
        assert "accounts.identity" not in text, path.name
        assert "allauth" not in text, path.name
