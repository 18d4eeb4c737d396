"""What holds for every test process."""

import sys

# Event loop, activity threads and HTTP servers share one interpreter: with the usual 5 ms each waits for the others.
sys.setswitchinterval(0.0005)
