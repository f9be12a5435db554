"""The demo: an invented company on a database of its own, started and stopped by one command."""
