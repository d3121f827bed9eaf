"""Every Redis key that Samovar writes, except those inside the job queue engine.

One frozen class per kind of key; its docstring prints the format. All keys begin with
``samovar:`` so that one Redis can serve other programs beside us.
"""

PREFIX = "samovar"
