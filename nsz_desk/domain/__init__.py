"""What is: records, money, cases and errors. Frozen values on the standard library alone."""
