"""A person's decision on a refund that waits for one."""
