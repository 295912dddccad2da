"""The eleven notebooks: how they are written, opened, run in kernels and shown in JupyterLab."""
