"""Import what notebooks use. Only the server of warm kernels imports this module."""

from importlib import import_module

from eastbound.reports.processes import die_with_parent

die_with_parent()  # first: the imports below take seconds, in which the run may be killed
for _name in ("ensemble.simulate", "ensemble.summary", "evidence.book", "models.registry", "scenarios.loader"):
    import_module(f"eastbound.{_name}")

plots = import_module("eastbound.plots")
for _name in plots.__all__:
    getattr(plots, _name)  # the module that holds it is loaded on first use
import_module("eastbound.models.registry").models()
import_module("eastbound.evidence.book").load_from([])  # the parsed tables are kept, and shared by every fork

# So is what the workspace's files say: every page reads the whole library, since the baseline is a mixture of it.
loader = import_module("eastbound.scenarios.loader")
try:
    for _name in loader.scenario_names():
        loader.load_scenario(_name)
    import_module("eastbound.scenarios.inputs").load_all_inputs(import_module("eastbound.models.registry").ORDER)
except import_module("eastbound.errors").EastboundError:  # a page that needs the file will say what is wrong with it
    pass
