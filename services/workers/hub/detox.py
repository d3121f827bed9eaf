"""Opens DETOX by transformers' models: what a model is made for decides how it is used."""

import asyncio

from services.workers.backends import Opening
from services.workers.hub.files import describe
from services.workers.hub.masked import MASKED, MaskedDetoxifier, masked_recipe
from services.workers.hub.seq2seq import Seq2SeqDetoxifier, seq2seq_recipe


async def open_detoxifier(name: str, opening: Opening) -> Seq2SeqDetoxifier | MaskedDetoxifier:
    """Open ``transformers:<name>`` for DETOX: one that writes anew, or one that fills gaps.

    Raises:
        InvalidInputError: It is neither a sequence-to-sequence nor a masked language model.
        UnavailableError: It is missing, or the memory is too small for it.
    """
    files = await asyncio.to_thread(describe, name)
    if MASKED.fits(files):
        masked = masked_recipe(files, opening)
        async with opening.shelf.use(masked):
            return MaskedDetoxifier(masked, opening.shelf)
    writing = seq2seq_recipe(files, opening)
    async with opening.shelf.use(writing):
        return Seq2SeqDetoxifier(writing, opening.shelf)
