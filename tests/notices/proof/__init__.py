"""Delivery with real parts: a broker, workers that are killed, a mail server that misbehaves."""
