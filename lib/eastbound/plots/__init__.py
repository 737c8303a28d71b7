"""Figures: the table behind a figure in one function, its drawing in another."""
