"""Risk: thresholds, shortfall, stress, sensitivity, the risk register, claims and questions."""
