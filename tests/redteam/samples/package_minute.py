"""time_limit_exceeded: a minute of code while it is imported."""

import time

time.sleep(60)
