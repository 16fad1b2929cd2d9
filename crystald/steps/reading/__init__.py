"""What an attempt left, read into the values of its step."""
