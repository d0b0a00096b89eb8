"""Sources: one YAML file each. Loading them; how they are listed lies in `pipeline.sources.discovery`."""

from pipeline.sources.loading import load_source, load_sources, load_valid_sources
from pipeline.sources.model import Source

__all__ = ["Source", "load_source", "load_sources", "load_valid_sources"]
