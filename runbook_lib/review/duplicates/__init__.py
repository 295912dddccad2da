"""Who would be in Marketo twice: shared e-mails, and people who are probably the same without one."""
