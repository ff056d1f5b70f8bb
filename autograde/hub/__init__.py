"""Several people on one machine: JupyterHub with the system's accounts, for one course."""
