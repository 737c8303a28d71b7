"""How forecasts did: proper scores, calibration and comparison of forecasters."""
