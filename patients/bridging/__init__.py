"""Stage 5, beside ordering to manufacturing: the disease is held meanwhile."""
