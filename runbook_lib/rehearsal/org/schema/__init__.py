"""What objects and fields an org has, and how Salesforce describes them."""
