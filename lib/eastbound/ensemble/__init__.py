"""The joint simulation: one set of draws behind every chart, and its store."""
