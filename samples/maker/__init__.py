"""Makes the synthetic samples: the instrument (eclab, protocol) and one module per cell."""
