"""The long campaign against the warehouse: kills, failing files and readers, on real files and in real processes.

`make soak` runs all of it (about half an hour) and writes its table; tests/test_soak.py runs a sample.
"""
