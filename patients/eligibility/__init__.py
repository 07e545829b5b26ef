"""Stage 2: may they have it; the hub decides, with a reason."""
