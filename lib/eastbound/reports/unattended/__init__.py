"""Runs without a person at the screen: alerts, staleness, mail, log, secrets and the removal of old runs."""
