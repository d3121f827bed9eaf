"""Guessing how long jobs wait, from how long they waited.

``journal`` notes each finished job in SQL. At night ``training`` reads the rows, lets a model be
fitted on what ``features`` makes of them, and gives it to ``learned``, which guesses by it and
corrects it, by ``conformal``, with every job that ends. ``trees`` is how a fitted model looks here;
``ports`` says what is needed of SQL and of whoever fits. Without data ``NaiveWaits`` guesses, in
``services.inference.waits``.
"""
