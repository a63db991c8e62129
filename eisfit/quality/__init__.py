"""Can a spectrum be believed: Kramers-Kronig tests, noise level, points that must not count."""
