"""Forecasting models: one protocol, one registry, one module per subject."""
