"""The site: Sphinx with MyST, from the Markdown pages in this folder; ``make docs`` builds it."""

project = "Marketo–Salesforce sync runbook"
author = "The maintainers of the Marketo–Salesforce sync runbook"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = project
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
nitpicky = True
exclude_patterns = ["requirements.lock"]
