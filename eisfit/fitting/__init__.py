"""Complex non-linear least squares over whole series. May not import readers, plots or the command line."""
