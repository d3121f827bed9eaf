"""Checks of one sentence against one passage, each of one subject."""
