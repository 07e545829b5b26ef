"""Stage 3: the patient's cells are collected."""
