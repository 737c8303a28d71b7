"""Arrays in, arrays out: numpy and scipy only. No file, clock, environment, logging or plotting."""
