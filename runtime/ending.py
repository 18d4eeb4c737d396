"""The clean end of a process that used a Temporal client.

temporalio >= 1.20 on CPython 3.11 aborts at interpreter exit about one time in seven (sdk-python issue 300), after
all work is done; so what is buffered is flushed and the interpreter's own teardown is left out.
"""

import logging
import os
import sys
from typing import NoReturn


def end_process(code: int) -> NoReturn:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
