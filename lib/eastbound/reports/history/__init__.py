"""The history of runs: the numbers and inputs that each run keeps, the catalogue over them, and their comparison."""
