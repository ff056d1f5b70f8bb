"""run_time_error: an exception whose type has a name of escape sequences and HTML."""


def softmax(scores, axis=-1):
    raise type("<script>alert(1)</script>\x1b[2J" * 10, (Exception,), {})("<b>accepted</b>")
