"""What all sections of the configuration share."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, model_validator


class Section(BaseModel):
    """A table of the configuration file: immutable, and strict about its keys.

    Build one from what the file would say (durations in milliseconds); unknown keys are errors in every section, also
    in the few where PgDog ignores them.
    """

    model_config = ConfigDict(frozen=True, extra='forbid', use_attribute_docstrings=True, hide_input_in_errors=True)

    aliases: ClassVar[Mapping[str, str]] = {}
    """Second names of keys, mapped to the first."""

    @model_validator(mode='before')
    @classmethod
    def _spell_out_aliases(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        # A key given under both names stays as it is and is refused as unknown.
        return {
            cls.aliases[key] if key in cls.aliases and cls.aliases[key] not in given else key: value
            for key, value in given.items()
        }
