import json
from pathlib import Path
from typing import Any

import pytest

from services.errors import InvalidInputError
from services.workers.hub.files import ModelFiles
from services.workers.hub.sentences import Pooling, sentence_rules

TRANSFORMER = {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}
POOLING = {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}
NORMALIZE = {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
DENSE = {"idx": 2, "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
PROMPTS = "config_sentence_transformers.json"


def model(folder: Path, name: str = "some/encoder", /, **contents: object) -> ModelFiles:
    """Write files; ``__`` in a name is a slash, and ``.json`` is left out."""
    for path, content in contents.items():
        file = folder / (path.replace("__", "/") + ".json")
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(content))
    return ModelFiles(
        name=name, folder=folder, architectures=("BertModel",), model_type="bert",
        is_encoder_decoder=False, sees=False, quantized=False, own_code=False, stored={},
    )  # fmt: skip


def flags(chosen: str, **more: object) -> dict[str, Any]:
    names = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "lasttoken"]
    return {f"pooling_mode_{name}": name == chosen for name in names} | {
        "word_embedding_dimension": 32, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        (flags("cls_token"), Pooling.FIRST),
        (flags("mean_tokens", include_prompt=True), Pooling.MEAN),
        (flags("max_tokens"), Pooling.MAX),
        (flags("lasttoken"), Pooling.LAST),
        ({"pooling_mode": "lasttoken", "embedding_dimension": 32}, Pooling.LAST),
    ],
)
def test_reads_how_a_model_pools(tmp_path: Path, config: dict[str, Any], pooling: Pooling) -> None:
    files = model(
        tmp_path, modules=[TRANSFORMER, POOLING, NORMALIZE], **{"1_Pooling__config": config}
    )
    assert sentence_rules(files).pooling is pooling


def test_takes_the_mean_where_nothing_is_said(tmp_path: Path) -> None:
    rules = sentence_rules(model(tmp_path))
    assert rules.pooling is Pooling.MEAN
    assert (rules.query_prompt, rules.passage_prompt, rules.longest) == ("", "", None)


def test_reads_the_length_that_a_model_was_made_for(tmp_path: Path) -> None:
    files = model(tmp_path, sentence_bert_config={"max_seq_length": 256, "do_lower_case": False})
    assert sentence_rules(files).longest == 256


@pytest.mark.parametrize(
    ("contents", "says"),
    [
        ({"modules": [TRANSFORMER, POOLING, DENSE], "1_Pooling__config": flags("cls_token")},
         "Dense"),
        ({"modules": [TRANSFORMER, POOLING], "1_Pooling__config": flags("mean_sqrt_len_tokens")},
         "mean_sqrt_len"),
        ({"modules": [TRANSFORMER, POOLING], "1_Pooling__config": flags("none")}, "nothing"),
        ({"modules": [TRANSFORMER, POOLING],
          "1_Pooling__config": flags("mean_tokens", include_prompt=False)}, "prompt"),
        ({"modules": {"idx": 0}}, "modules.json"),
        ({"config_sentence_transformers": {"prompts": ["query: "]}}, PROMPTS),
    ],
)  # fmt: skip
def test_what_is_not_done_here_is_refused(
    tmp_path: Path, contents: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        sentence_rules(model(tmp_path, **contents))


@pytest.mark.parametrize(
    ("name", "config", "query", "passage"),
    [
        ("intfloat/multilingual-e5-small", None, "query: ", "passage: "),
        ("/models/e5-base-v2", {"prompts": {"query": "", "document": ""}}, "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", None, "Instruct: Given a question, retrieve"
         " passages that answer it\nQuery: ", ""),
        ("deepvk/USER-bge-m3", None, "", ""),
        ("some/size500", None, "", ""),
        ("a/b", {"prompts": {"query": "q: ", "document": "d: "}}, "q: ", "d: "),
        ("a/b", {"prompts": {"query": "Find: "}, "default_prompt_name": None}, "Find: ", ""),
        ("a/b", {"prompts": {"passage": "p: ", "any": "a: "}, "default_prompt_name": "any"},
         "a: ", "p: "),
    ],
)  # fmt: skip
def test_knows_what_stands_before_a_text(
    tmp_path: Path, name: str, config: dict[str, Any] | None, query: str, passage: str
) -> None:
    contents = {} if config is None else {"config_sentence_transformers": config}
    rules = sentence_rules(model(tmp_path, name, **contents))
    assert (rules.query_prompt, rules.passage_prompt) == (query, passage)
