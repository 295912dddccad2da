"""What Salesforce enforces when users and permissions are set up."""
