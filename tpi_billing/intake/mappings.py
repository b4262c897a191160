"""The mappings that come with the tool, and those of the clinic's configuration, by name.

The shipped ones are the files of `mappings/`, in the form of the configuration's own section.
"""

import tomllib
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter, ValidationError

from tpi_billing.config import Config, Mapping
from tpi_billing.errors import ConfigurationError, UsageError

CANONICAL = "canonical"
"""The name that stands for no mapping: the columns already have our own names."""


def known_mappings(config: Config | None = None) -> dict[str, Mapping]:
    """Return every mapping by name; the configuration's goes before a shipped one."""
    return {**_shipped(), **(config.mappings if config else {})}


def mapping_named(name: str, config: Config | None = None) -> Mapping:
    """Return one mapping, an empty one for `canonical`; raise UsageError naming them all."""
    known = known_mappings(config)
    if name == CANONICAL:
        return known.get(name, Mapping())
    if name not in known:
        names = [CANONICAL, *sorted(known)]
        near = get_close_matches(name, names, n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"There is no mapping named {name}.",
            hint=f"{meant}Known are: {', '.join(names)}.",
        )
    return known[name]


@cache
def _shipped() -> dict[str, Mapping]:
    adapter = TypeAdapter(dict[str, Mapping])
    found: dict[str, Mapping] = {}
    folder = files("tpi_billing.intake") / "mappings"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            found |= adapter.validate_python(content["mappings"])
        except (tomllib.TOMLDecodeError, KeyError, ValidationError) as error:
            raise ConfigurationError(
                f"A mapping that came with the tool is broken: {error}.",
                hint="Install tpi-billing again.",
                file=file.name,
            ) from None
    return found
