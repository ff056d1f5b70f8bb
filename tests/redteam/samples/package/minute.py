"""time_limit_exceeded costs 22: a minute of code while it is imported."""

import time

time.sleep(60)
