"""Observations, sources, vintages, conflicts and their rules."""
