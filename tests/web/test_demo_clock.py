"""The clock of a demo, moved on by who looks at it: every night is truly run."""

from models.installation import Installation
from tests.web.site import Site
from tests.world import World, at


def test_the_clock_of_a_demo_moves_night_by_night(world: World, site: Site) -> None:
    clerk = site.person("li", "clerk")
    clerk.get("/me")
    assert clerk.post("/demo/clock", {"to": "day"}).status_code == 404
    world.unit("a", roles=("contact",))
    world.issue()
    world.night("2024-01-17")
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, at("2024-01-17T08:30")
        session.add(installation)
    clerk.get("/nights?lang=en")

    def press(to: str) -> str:
        clerk.get("/nights?after=40")
        headers = {"sec-fetch-site": "same-origin", "referer": f"{site.address}/nights?after=40"}
        data = {"csrf": clerk.csrf, "to": to}
        answer = clerk.client.post("/demo/clock", data=data, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/nights?after=40")
        clerk.get("/nights")
        return clerk.words

    assert "It is 2024-01-18 08:30; 1 night was run. Nothing happened." in press("day")
    assert (
        "It is 2024-01-19 08:30; 1 night was run. "
        "Fri 2024-01-19 the last day comes near: 1 organization reminded"
    ) in press("event")
    assert "It is 2024-01-23 08:30; 4 nights were run. Tue 2024-01-23" in press("event")
    assert {mail.state.value for mail in world.messages()} == {"accepted"}
    assert clerk.post("/demo/clock", {"to": "year"}).status_code == 422
