"""NetSuite's dialect: SuiteTalk SOAP with token-based authentication."""
