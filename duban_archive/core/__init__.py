"""Decides, touches nothing: no paths, no clock, no I/O; today's date is an argument."""
