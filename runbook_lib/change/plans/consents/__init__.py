"""What a person agrees to before something that cannot be undone: one module per click.

A text names org and instance, and bounds instead of counts that change by the minute
(:func:`runbook_lib.change.plans.preconditions.at_most`).
"""
