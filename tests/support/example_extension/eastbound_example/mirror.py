"""A service that gives one figure; a real one would ask its address."""

from eastbound.evidence.connectors.answers import Answer, Ask, Connector, Figure


def figures(ask: Ask) -> Answer:
    """Return the figure of the last month."""
    return Answer((Figure("driver.usd_cny_ecb", ask.last, 7.1, "an example"),))


CONNECTOR = Connector(
    name="mirror",
    address="https://example.org/",
    series=("driver.usd_cny_ecb",),
    card={
        "source_id": "example-mirror",
        "publisher": "Example",
        "title": "A mirror of exchange rates",
        "url": "https://example.org/",
        "language": "en",
        "licence": "public domain",
        "cadence": "monthly",
        "group": "example",
        "directness": "quoting",
    },
    figures=figures,
)
