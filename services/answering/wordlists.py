def listed(words: str) -> frozenset[str]:
    """Read a list of words written with spaces between them."""
    return frozenset(words.split())
