"""Reading seeds/*.yaml for the loaders; the reader itself knows no Django and stands in clinical/."""

from patients.clinical.seed_rows import Field, SeedError, SeedRow, read

__all__ = ["Field", "SeedError", "SeedRow", "read"]
