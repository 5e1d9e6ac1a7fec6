"""``python -m notebook_driver``: the host process, spoken to by local/driver/host.ts."""

from notebook_driver.host import main

main()
