"""Stage 4: the product is made, released and received at the hub."""
