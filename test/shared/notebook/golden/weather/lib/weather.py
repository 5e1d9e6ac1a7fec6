def declare(dbutils):
    dbutils.widgets.text("package_version", "0.0.0")
