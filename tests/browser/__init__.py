"""Tests in a real browser: the report of the seeds, opened as a reader would open it, and the notebooks in JupyterLab.

Run alone with ``make test ARGS=tests/browser``. They need Chromium (Debian's package ``chromium``).
"""
