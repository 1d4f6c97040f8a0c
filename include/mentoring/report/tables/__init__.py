"""Tables of the report: declared columns under the headers a person reads, one renderer for all."""
