"""What every stage stands on: settings, errors, files, the warehouse, its lock, and the state of a build."""
