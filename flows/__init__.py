"""What time does: thin Prefect flows and the process that fires them.

Prefect reads its switches when it is imported, so they are set here, first: nothing
is reported to anybody, and nothing outside this machine is needed.
"""

import os

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT", "false")
