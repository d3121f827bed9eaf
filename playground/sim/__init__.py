"""The users' side: what people do, and the HTTP of it."""
