"""What eisfit itself wrote: tidy tables and the study.json."""
