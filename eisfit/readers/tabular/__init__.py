"""Text to numbers, headers to quantities, a table to spectra and pieces of record."""
