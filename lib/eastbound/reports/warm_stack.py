"""Import and read what every page needs. Only the server of warm kernels imports this module."""

import gc
import os
from contextlib import suppress
from importlib import import_module

from eastbound.reports.processes import die_with_parent

die_with_parent()  # first: the imports below take seconds, in which the run may be killed
for _name in (
    "ensemble.simulate",
    "ensemble.summary",
    "evidence.availability",
    "evidence.book",
    "evidence.workspace",
    "models.registry",
    "scenarios.loader",
):
    import_module(f"eastbound.{_name}")

plots = import_module("eastbound.plots")
for _name in plots.__all__:
    getattr(plots, _name)  # the module that holds it is loaded on first use
import_module("eastbound.models.registry").models()
_book = import_module("eastbound.evidence.book").load_from([])  # the parsed tables are kept, and shared by every fork

# Files of params are parsed once: what is kept is keyed by content, and a kernel still opens the files that it uses.
_errors = import_module("eastbound.errors").EastboundError
_home = import_module("eastbound.scenarios.home").find_home()
for _path in sorted((_home / "params").rglob("*.yml")):
    with suppress(_errors):  # a page that needs the file will say what is wrong with it
        import_module("eastbound.scenarios.located_yaml").read(_path)
# The baseline is a mixture of the whole library, which every page therefore reads.
with suppress(_errors):
    _loader = import_module("eastbound.scenarios.loader")
    for _name in _loader.scenario_names():
        _loader.load_scenario(_name)
    import_module("eastbound.scenarios.inputs").load_all_inputs(import_module("eastbound.models.registry").order())
    _expired = import_module("eastbound.ensemble.expiry").expired_scenarios(_book)
    import_module("eastbound.scenarios.branches").open_branches(
        _loader.load_scenario("baseline"), as_of=_book.as_of, expired=_expired
    )

# xarray looks for other array packages, and matplotlib for fonts, when first used: seconds that every page would spend.
_xarray, _figure = import_module("xarray"), import_module("matplotlib.figure").Figure(layout="constrained")
_years = import_module("pandas").date_range("2025", periods=2)
_table = (
    _xarray.Dataset({"share": ("year", [71.0, 72.0])}, coords={"year": _years.to_numpy()}).isel(year=[0]).to_dataframe()
)
_table.to_csv(), _table.to_string(), _table.to_html(), _table.to_dict()
_figure.add_subplot(title="Trade", xlabel="year", ylabel="USD bn").plot([2025, 2026], [0.0, 1.0])
import_module("eastbound.plots.export").png(_figure)

# A kernel imports its debugger when it starts, 140 modules that take a third of that time.
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # no warning of it in the output of a run
for _name in ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "seaborn"):
    with suppress(ImportError):
        import_module(_name)
# What is loaded stays: a collection in a kernel need not look through it, which would also copy its memory.
gc.collect()
gc.freeze()
