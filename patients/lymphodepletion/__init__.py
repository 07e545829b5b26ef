"""Stage 6: the marrow is made ready."""
