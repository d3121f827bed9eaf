"""Scripted people: many at once, by their own clock, with what they waited for measured."""
