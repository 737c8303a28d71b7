"""How forecasts did: outcomes, the benchmark to beat, rolling-origin backtests and their summary."""
