"""Commands of administrators and process owners: diagrams, directory, calendar."""
