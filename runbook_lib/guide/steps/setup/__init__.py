"""What the first notebooks say and ask about the sync user, the edition of the org and the passwords."""
