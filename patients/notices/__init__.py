"""Telling someone: a Notice, and each Delivery of it, through one outbox."""
