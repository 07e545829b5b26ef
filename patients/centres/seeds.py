"""Loads seeds/roles.yaml."""

from pathlib import Path

from patients.audit import seeding
from patients.centres.models import Centre, Role
from patients.centres.permissions import FACETS, PERMISSIONS

SCHEMA = {
    "code": seeding.Field(str),
    "name_it": seeding.Field(str),
    "name_en": seeding.Field(str),
    "sentence_it": seeding.Field(str),
    "sentence_en": seeding.Field(str),
    "centre_kind": seeding.Field(str, required=False, choices=frozenset(Centre.Kind.values)),
    "permissions": seeding.Field(list),
    "reads": seeding.Field(dict),
}


def load(folder: Path) -> int:
    """Load the roles; idempotent. Raises SeedError for a permission or a facet that does not exist."""
    rows = seeding.read(folder / "roles.yaml", SCHEMA)
    for order, row in enumerate(rows, start=1):
        for permission in row["permissions"]:
            if permission not in PERMISSIONS:
                raise row.refuse("permissions", f"{permission!r} is no permission")
        for facets in row["reads"].values():
            for facet in facets:
                if facet not in FACETS:
                    raise row.refuse("reads", f"{facet!r} is no facet")
        Role.objects.update_or_create(code=row["code"], defaults={"centre_kind": ""} | row.values | {"order": order})
    return len(rows)
