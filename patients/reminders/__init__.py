"""Plans what falls due, and sees that someone is told until it is acknowledged."""
