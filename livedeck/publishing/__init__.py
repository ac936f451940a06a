"""What a build gives out, what it reports, and what it refuses."""
