"""How seq2seq models are told what to do with a text: by words before it, or by special tokens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.errors import ModelError

# What mt0-xl-detox-orpo was trained with; models of other families are told nothing.
_DETOX_PREFIXES: Final[Mapping[str, Mapping[str, str]]] = {
    "mt5": {
        "en": "Detoxify: ", "de": "Entgiften: ", "es": "Desintoxicar: ",
        "ru": "Детоксифицируй: ", "uk": "Детоксифікуй: ",
    },
}  # fmt: skip
_USUAL_LANGUAGE: Final = "en"

# The codes of FLORES-200, which NLLB takes, by those of ISO 639-1.
_FLORES: Final[Mapping[str, str]] = {
    "ar": "arb_Arab", "az": "azj_Latn", "be": "bel_Cyrl", "bg": "bul_Cyrl", "bn": "ben_Beng",
    "ca": "cat_Latn", "cs": "ces_Latn", "da": "dan_Latn", "de": "deu_Latn", "el": "ell_Grek",
    "en": "eng_Latn", "es": "spa_Latn", "et": "est_Latn", "fa": "pes_Arab", "fi": "fin_Latn",
    "fr": "fra_Latn", "he": "heb_Hebr", "hi": "hin_Deva", "hr": "hrv_Latn", "hu": "hun_Latn",
    "hy": "hye_Armn", "id": "ind_Latn", "it": "ita_Latn", "ja": "jpn_Jpan", "ka": "kat_Geor",
    "kk": "kaz_Cyrl", "ko": "kor_Hang", "ky": "kir_Cyrl", "lt": "lit_Latn", "lv": "lvs_Latn",
    "nl": "nld_Latn", "no": "nob_Latn", "pl": "pol_Latn", "pt": "por_Latn", "ro": "ron_Latn",
    "ru": "rus_Cyrl", "sk": "slk_Latn", "sl": "slv_Latn", "sr": "srp_Cyrl", "sv": "swe_Latn",
    "tg": "tgk_Cyrl", "th": "tha_Thai", "tr": "tur_Latn", "tt": "tat_Cyrl", "uk": "ukr_Cyrl",
    "uz": "uzn_Latn", "vi": "vie_Latn", "zh": "zho_Hans",
}  # fmt: skip
_TARGET_TOKEN: Final = re.compile(r"<2[a-z]{2,3}>|>>[a-z]{2,3}(_[A-Z][a-z]+)?<<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a model is told what to do with a text.

    Attributes:
        prefix: Stands before the text.
        source: What the tokenizer's ``src_lang`` is set to.
        first: Id of the token that the answer begins with.
    """

    prefix: str = ""
    source: str | None = None
    first: int | None = None


def detox_wording(model_type: str, language: str) -> Wording:
    """Tell how a detox model of a family is asked; the language is an ISO 639-1 code."""
    prefixes = _DETOX_PREFIXES.get(model_type, {})
    return Wording(prefix=prefixes.get(language) or prefixes.get(_USUAL_LANGUAGE, ""))


class Translations:
    """How one translator is told its languages, as its tokenizer and configuration show."""

    def __init__(self, tokenizer: Any, config: Any) -> None:  # noqa: ANN401
        """Look at a tokenizer and a configuration of transformers."""
        self._tokens: dict[str, int] = dict(tokenizer.get_vocab())
        # M2M100 keeps its languages beside its vocabulary.
        self._codes: dict[str, int] = dict(getattr(tokenizer, "lang_code_to_id", None) or {})
        self._told_by_codes = hasattr(tokenizer, "src_lang")
        self._told_by_token = bool(self.target_tokens)
        self._parameters = getattr(config, "task_specific_params", None) or {}
        # Marian's tokenizers name their pair; some name a group of languages instead, such as sla.
        self._pair = tuple(
            _short(getattr(tokenizer, name, None)) for name in ("source_lang", "target_lang")
        )

    @property
    def target_tokens(self) -> tuple[str, ...]:
        """Name the tokens that tell the language to translate into, where there are such."""
        return tuple(filter(_TARGET_TOKEN.fullmatch, self._tokens))

    def wording(self, source: str, target: str) -> Wording:
        """Tell how a translation is asked for; languages are ISO 639-1 codes.

        Raises:
            ModelError: The model does not know one of them.
        """
        if self._told_by_codes:
            source_code, target_code = self._code(source), self._code(target)
            first = self._codes.get(target_code, self._tokens.get(target_code))
            return Wording(source=source_code, first=first)
        if self._told_by_token:
            return Wording(prefix=f"{self._target_token(target)} ")
        # Models for one pair are told nothing.
        for language, own in zip((source, target), self._pair, strict=True):
            if own not in {None, language}:
                raise _unknown(language)
        task = self._parameters.get(f"translation_{source}_to_{target}") or {}
        return Wording(prefix=str(task.get("prefix", "")))

    def _code(self, language: str) -> str:
        # NLLB says rus_Cyrl, M2M100 ru, mBART ru_RU.
        for code in (_FLORES.get(language, ""), language):
            if code in self._codes or (code in self._tokens and "_" in code):
                return code
        with_country = re.compile(rf"{re.escape(language)}_[A-Z]{{2}}")
        for code in (*self._codes, *self._tokens):
            if with_country.fullmatch(code):
                return code
        raise _unknown(language)

    def _target_token(self, language: str) -> str:
        long = _FLORES.get(language, "")
        for token in (f"<2{language}>", f">>{language}<<", f">>{long[:3]}<<",
                      f">>{long[:3]}{long[3:]}<<"):  # fmt: skip
            if token in self._tokens:
                return token
        raise _unknown(language)


def _short(code: object) -> str | None:
    """Give the ISO 639-1 code of a language by that or by its longer one; None: not known."""
    return next((short for short, long in _FLORES.items() if code in {short, long[:3]}), None)


def _unknown(language: str) -> ModelError:
    return ModelError(f"the translator does not know the language {language[:8]}")
