"""A table of the width of a forecast by year."""

from eastbound.ensemble import summary
from eastbound.plots.table import Table


def spread(ens, series_id: str) -> Table:
    """Tabulate the width of the central 80 % by year."""
    rows = summary.quantiles(ens, series_id, levels=[0.1, 0.9]).pivot(index="period", columns="level", values="value")
    frame = (rows[0.9] - rows[0.1]).round(1).rename("width").reset_index()
    return Table(frame, caption=f"Width of the forecast of {series_id}, central 80 %")
