"""What we will do: decisions, plan, gate, and the one module that writes to an org."""
