"""``python -m notebook_driver``: the host process, which local/driver/python-host.ts starts."""

from notebook_driver.host import main

main()
