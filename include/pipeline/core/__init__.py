"""What every stage uses: settings, errors, files, the warehouse, its lock, and the state of a build."""
