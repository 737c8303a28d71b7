"""Why a number differs between two runs: data, revisions, parameters, probabilities, views, settings and code."""
