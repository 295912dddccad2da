"""What an org refuses of records that somebody writes: by validation and duplicate rules, one or many."""
