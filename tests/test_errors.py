"""Messages name what would have been right."""

from eastbound.errors import UnknownName


def test_a_long_list_of_names_is_not_only_counted():
    allowed = [f"trade.partner_{number}.total" for number in range(93)]
    message = str(UnknownName("series", "trade.partner_7.totl", allowed))
    assert "The closest of 93 known: trade.partner_7.total" in message
    assert len(message) < 400
