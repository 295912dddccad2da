"""The sync that copies an org, as its sync user sees it, into a Marketo instance."""
