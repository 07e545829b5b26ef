"""Laboratory values, vital signs and weight measured at any time, with units."""
