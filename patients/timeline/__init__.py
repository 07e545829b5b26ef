"""The pathway page: dated facts on one line, what blocks; and the history page."""
