"""Random numbers by name, distributions, shocks, capacities and sums: what a simulation is made of."""
