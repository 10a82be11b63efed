"""The steps that bring a database's tables from any released version to the present one."""
