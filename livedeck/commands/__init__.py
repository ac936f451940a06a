"""The commands of the command line: each a module with a function `execute`."""
