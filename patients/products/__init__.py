"""CAR-T products, their indications by jurisdiction and date, and label facts, as data."""
