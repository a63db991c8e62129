"""Paths to files, the clocks of files to one clock, spectra and record to the Series of a cell."""
