"""One chart a file: its numbers, its drawing, its sentence and its table for people."""
