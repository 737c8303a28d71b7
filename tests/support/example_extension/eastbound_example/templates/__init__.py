"""Templates that replace ours."""
