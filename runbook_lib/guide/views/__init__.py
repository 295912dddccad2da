"""What people read: blocks of text, tables and pictures, without a widget and without a session."""
