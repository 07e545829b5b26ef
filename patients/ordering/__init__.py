"""Inside stage 2: the maker's order and its manufacturing slot."""
