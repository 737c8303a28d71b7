"""Scenario files: schema, loader, events, milestones and their random draws."""
