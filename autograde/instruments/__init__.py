"""What can be observed while a function of a submission runs: `perform(function, args, kwargs)` each."""
