"""Posteriors of a few parameters: importance-weighted points, Markov chains and their diagnostics."""
