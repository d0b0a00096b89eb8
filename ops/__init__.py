"""What runs Readout, not what it means: Airflow's settings, its metadata database, the one-command run."""
