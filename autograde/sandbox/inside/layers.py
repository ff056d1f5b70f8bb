"""The names of the layers that can hold a worker."""

LANDLOCK, SECCOMP, NAMESPACES, BOX = "landlock", "seccomp", "namespaces", "box"
USER, LIMITS, CAPABILITIES = "user", "limits", "capabilities"
