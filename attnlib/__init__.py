"""Self-attention, written by you: in NumPy (`attnlib.cpu`) and in torch (`attnlib.cuda`)."""
