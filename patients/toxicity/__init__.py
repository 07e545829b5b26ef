"""Stage 8: CRS, ICANS and what was given against them."""
