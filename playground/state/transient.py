from typing import Final

TRANSIENT: Final = {"saved": False}
"""``field(metadata=TRANSIENT)``: belongs to the running server and is not saved with the town."""
