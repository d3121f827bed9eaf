"""The data of Mini Apps, checked by aiogram."""

from aiogram.utils.web_app import check_webapp_signature
from hypothesis import given
from hypothesis import strategies as st

from playground.sim.webapps import signed

FACTS = st.dictionaries(
    st.sampled_from(["user", "query_id", "start_param", "auth_date", "chat_type"]),
    st.text(min_size=1, alphabet=st.characters(codec="utf-8")),
    min_size=1,
)


@given(FACTS)
def test_bots_can_check_whatever_is_in_it(facts: dict[str, str]) -> None:
    data = signed(facts, "1:token")
    assert check_webapp_signature("1:token", data)
    assert not check_webapp_signature("2:other", data)
