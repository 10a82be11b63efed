"""`kelisim calendar`: the working calendar from the command line."""
