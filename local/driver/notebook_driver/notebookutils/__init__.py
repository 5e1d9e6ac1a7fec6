"""What the driver knows of Microsoft Fabric: notebookutils and mssparkutils, OneLake's paths, and Fabric's forms of notebooks."""
