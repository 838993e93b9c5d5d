"""A little NetSuite and a little Zuora on 127.0.0.1, for the demo and the tests.

Written from the vendors' documents and sharing no code with the rest of the program, so that two
independent readings of the wire formats must agree.
"""
