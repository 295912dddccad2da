"""Figures of the design, each as a ratio against a named baseline measured in the same run."""
