"""What a deck needs computed, and computing it."""
