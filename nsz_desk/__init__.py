"""nsz-desk: sync NetSuite customer refunds into Zuora refunds, exactly once.

What lives where: `domain` what is, `rules` what must hold, `engine` what happens, `gateways` how the two systems speak,
`journal` what we did, `settings` how we are set, `simulator` a little NetSuite and Zuora for demo and tests,
`ui` and `cli` the two faces, `app` the front door.
"""

__version__ = "0.1.0"
