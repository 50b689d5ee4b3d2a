"""What nobody is waiting for: due digests and matching alerts become deliveries, and deliveries messages."""
