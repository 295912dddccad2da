"""People who share an e-mail: Marketo "will not de-dupe", so they arrive twice. Only counts leave here.

The counting stands beside the probe that fetches the e-mails, so that none is ever part of a snapshot.
"""

from runbook_lib.survey.emails import KINDS, count_duplicates, normalised_email

__all__ = ["KINDS", "count_duplicates", "normalised_email"]
