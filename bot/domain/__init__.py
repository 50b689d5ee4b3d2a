"""Frozen values and pure decisions; knows no file, network, database or clock."""
