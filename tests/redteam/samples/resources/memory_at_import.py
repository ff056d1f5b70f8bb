"""memory_limit_exceeded costs 22: a gigabyte of zeros while it is imported."""

zeros = b"x" * (1 << 30)
