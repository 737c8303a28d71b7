"""Arrays in, arrays out: numpy, scipy and the array functions of arviz_stats; no file, clock, logging or plotting."""
