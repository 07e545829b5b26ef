"""Stage 7: identity checked by two people, the cells given, day 0."""
