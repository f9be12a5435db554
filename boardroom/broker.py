"""The demo's broker: messages are files under var/, and a bell rung by halves wakes nobody.

kombu's own transport opens a message's file before it writes it. Whoever looks in between reads an
empty message, and a worker ends over it; so does one that finds what a full disk or a killed
process left behind.
"""

import os
from contextlib import suppress
from time import monotonic
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Messages are put under their name when they are whole; broken ones are passed over."""

    def _put(self, queue, payload, **kwargs):
        """Put a message into the queue. Raises ChannelError when the disk does not take it."""
        name = f"{monotonic() * 1000:.0f}_{uuid4()}.{queue}.msg"
        whole = os.path.join(self.data_folder_out, name)
        # A name that belongs to no queue.
        part = f"{whole}.part"
        try:
            with open(part, "xb") as file:
                file.write(str_to_bytes(dumps(payload)))
            os.rename(part, whole)
        except OSError as error:
            with suppress(OSError):
                os.remove(part)
            raise ChannelError(f"The message {name!r} could not be written") from error

    def _get(self, queue):
        """The next message that can be read. Raises Empty when there is none."""
        while True:
            with suppress(ValueError):
                return super()._get(queue)

    def _queue_bind(self, exchange, routing_key, pattern, queue):
        """Bind a queue. A table that cannot be read is written anew: every process binds again."""
        try:
            super()._queue_bind(exchange, routing_key, pattern, queue)
        except ValueError:
            self._exchange_file(exchange).unlink(missing_ok=True)
            super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    """`filesystem://`, as kombu knows it, with whole messages."""

    Channel = Channel
