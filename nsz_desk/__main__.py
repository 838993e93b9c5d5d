"""Start the program: `python -m nsz_desk` does what the command `nsz-desk` does."""

import sys

from nsz_desk.app import main

if __name__ == "__main__":  # a spawned child process imports this module too and must not open a window
    sys.exit(main())
