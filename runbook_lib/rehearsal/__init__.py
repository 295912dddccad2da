"""An imitation of Salesforce and Marketo; shares no code with the clients."""
