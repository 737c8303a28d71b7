"""Forecasts of a single series with intervals that hold: the engine behind `forecast_series`."""
