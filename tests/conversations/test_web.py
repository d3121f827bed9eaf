import pytest

from tests.conversations.conftest import OwnTown
from tests.support.searxng_server import small_web

pytestmark = pytest.mark.services

PAGE = """<html><body><article><h1>Мост Лунный</h1><p>Лунный мост через реку Сайму открыли в 1987
году. Длина Лунного моста 412 метров, и по нему ходят трамваи.</p></article></body></html>"""


async def test_what_the_libraries_do_not_know_is_found_on_the_web_when_asked_for(
    samovar_town: OwnTown,
) -> None:
    async with small_web() as internet:
        internet.pages = {"/bridge": PAGE}
        env = {"SEARXNG_URL": internet.base, "SAMOVAR_PRIVATE_NETWORKS": "127.0.0.0/8"}
        async with samovar_town(env=env) as town:
            alice = await town.new_person("Alice", language_code="ru")
            await alice.starts()
            await alice.says("Когда открыли Лунный мост через Сайму?")
            await alice.sees("нет ответа")
            assert internet.asked == []

            await alice.taps("🌐 Поискать в интернете")
            found = await alice.sees("1987")
            assert "Искал в интернете" in found.text
            assert "[1]" in found.text
            assert [query for query, _ in internet.asked] == [
                "Когда открыли Лунный мост через Сайму?"
            ]

            internet.status = 500
            await alice.says("Погугли, какой длины Лунный мост")
            await alice.sees("Поиск в интернете сейчас не отвечает")
