"""Centres, the people who work in them, their roles and working days."""
