"""The patient as a person: identifiers, care links, and the only door to patient data."""
