"""What people know better than the rules: read from a CSV file, and laid over the rows that were read from releases."""

from pipeline.corrections.laying import laid_on, lay_corrections
from pipeline.corrections.reading import HEADER, Correction, read_corrections

__all__ = ["HEADER", "Correction", "laid_on", "lay_corrections", "read_corrections"]
