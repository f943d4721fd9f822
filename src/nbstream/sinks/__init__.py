"""Where frames go: each sink is a callable `async (Frame) -> None`."""
