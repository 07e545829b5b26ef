"""Diagnosis, lines of therapy, responses, refractoriness."""
