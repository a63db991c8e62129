"""The version of eisfit, which nothing else has to be loaded for."""

__version__ = "0.1.0"
