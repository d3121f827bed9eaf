"""Groups are saved with all that is going on in them."""

from playground.users import InGroup, Playground


async def test_links_and_requests_outlive_a_restart(town: Playground, club: InGroup) -> None:
    dave = await town.new_person("Dave", bio="I cook")
    link = await club.new_link(creates_join_request=True, name="ask")
    await dave.in_group("club").asks_to_join(link)
    await club.changes(town.user("alice"), is_anonymous=True)
    said = await club.says("anonymous")
    await club.pins(said)
    before = await club.chat()
    await town.loads(await town.saved())
    assert await club.chat() == before
    await club.approves(dave)
    assert (await dave.in_group("club").chat())["status"] == "member"
    await club.deletes(said)
