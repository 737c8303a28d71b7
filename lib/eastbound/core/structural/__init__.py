"""A structural time series of a monthly flow, observed through sums of months: fit and simulation."""
