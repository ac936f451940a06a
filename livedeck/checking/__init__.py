"""Whether results are what they were: made again and compared."""
