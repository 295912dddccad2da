"""What the guide shows of the sync once it was started."""
