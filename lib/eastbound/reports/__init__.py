"""Runs: plan, execute through papermill, render to self-contained pages, index, manifest."""
