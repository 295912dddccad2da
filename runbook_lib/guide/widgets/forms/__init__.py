"""The forms: one module for each thing that a person is asked."""
