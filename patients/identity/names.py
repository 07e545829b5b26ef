"""How names are ordered and searched: without accents, apostrophes, spaces or case."""

import unicodedata


def sort_name(*parts: str) -> str:
    """A name's key: De Luca = deluca, dell'Orto = dellorto, D'Àngelo = dangelo, Èrcoli = ercoli."""
    text = unicodedata.normalize("NFKD", " ".join(parts)).casefold()
    return "".join(letter for letter in text if letter.isalnum())
