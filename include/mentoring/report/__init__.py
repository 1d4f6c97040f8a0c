"""The tier report: reads the published database and writes it as CSV, JSON, Markdown and HTML."""

from include.mentoring.report.report_files import write

__all__ = ["write"]
