"""Kelisim: the yearly planning of a country's international treaties, run from BPMN diagrams."""

__version__ = "0.1.0"
