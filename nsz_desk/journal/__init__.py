"""What we did: the append-only, hash-chained journal of one NetSuite account, in SQLite."""
