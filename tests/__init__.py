"""Tests of newsbrief, by room."""
