"""Briefs, providers and topics as files: parsing them, and keeping the index equal to the folder."""
