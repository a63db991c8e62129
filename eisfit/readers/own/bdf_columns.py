"""The columns of a BDF file (Battery Data Format of the Battery Data Alliance, LF Energy) that eisfit writes.

BDF names the columns of a cycling record by preferred labels with fixed units, `Test Time / s`, `Voltage / V`,
`Current / A`. It has no format for impedance yet, but its ontology names the quantities; these labels are taken. What
BDF has no name for stands in the columns of a tidy table.
"""

from __future__ import annotations

TIME, VOLTAGE, CURRENT = "Test Time / s", "Voltage / V", "Current / A"
CYCLE, TEMPERATURE = "Cycle Count / 1", "Ambient Temperature / degC"
FREQUENCY, REAL, IMAGINARY = "Frequency / Hz", "Real Impedance / ohm", "Imaginary Impedance / ohm"
IMPEDANCE = (FREQUENCY, REAL, IMAGINARY)
TIDY = {FREQUENCY: "frequency_Hz", REAL: "re_ohm", IMAGINARY: "im_ohm"}
"""The columns of a tidy table that stand under the labels of BDF."""
SPOKEN = {TIME: "time_s", VOLTAGE: "potential_V", CURRENT: "current_A", CYCLE: "cycle", TEMPERATURE: "temperature_C"}
"""Conditions that stand under the labels of BDF too, for programs that know BDF alone."""
CHARGE, HALF_CYCLE = "charge_mAh", "half_cycle"
"""Columns of the rows of the record that BDF has no label for."""
