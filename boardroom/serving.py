"""How gunicorn serves the portal: plain workers behind a proxy; in the demo on loopback only."""

import gc
import os

from boardroom import settings

bind = f"{'127.0.0.1' if settings.DEMO else '0.0.0.0'}:{settings.PORT}"
# A large file that comes or goes over a slow line holds a thread, and no worker: others are served
# meanwhile, and its line is not cut when the patience with a worker ends.
worker_class = "gthread"
threads = 4
workers = settings.WEB_CONCURRENCY
# Loaded once and shared: workers after the first one cost little memory.
preload_app = True
timeout = 30
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
# boardroom.middleware writes the line for each request; gunicorn's would quote one-time links.
accesslog = None
control_socket_disable = True
if os.path.isdir("/dev/shm"):
    worker_tmp_dir = "/dev/shm"


def when_ready(server):
    """What was loaded stays shared: the collector of a worker does not write to it any more."""
    gc.collect()
    gc.freeze()
