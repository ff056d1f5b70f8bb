"""All of ours that shares a process with a submission. Nothing that it says is believed."""
