"""The commands of the terminal, one file for each thing that they are about."""
