"""Import what notebooks use. Only the server of warm kernels imports this module."""

import eastbound.ensemble.simulate
import eastbound.ensemble.summary
import eastbound.evidence.book
import eastbound.models.registry
import eastbound.plots
import eastbound.scenarios.loader

eastbound.models.registry.models()
eastbound.evidence.book.load_from([])  # the parsed tables are kept, and shared by every fork
