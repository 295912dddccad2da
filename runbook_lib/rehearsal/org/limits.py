"""What GET /limits says of an org. Source: REST API Developer Guide, Limits."""

from __future__ import annotations

from runbook_lib.rehearsal.org.switches import Switches

ROOMY = {
    "ActiveScratchOrgs": 40,
    "AnalyticsExternalDataSizeMB": 40_960,
    "ConcurrentAsyncGetReportInstances": 200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 390,
    "FileStorageMB": 10_240,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyDashboardRefreshes": 200,
    "MassEmail": 5_000,
    "PermissionSets": 1_500,
    "SingleEmail": 5_000,
}
"""Limits that the rehearsal does not spend."""


def limits_of(switches: Switches) -> dict[str, dict[str, int]]:
    """Limit → its maximum and what remains of it."""
    limits = {name: {"Max": most, "Remaining": most} for name, most in ROOMY.items()}
    limits["DailyApiRequests"] = {
        "Max": switches.daily_api_requests,
        "Remaining": max(0, switches.daily_api_requests - switches.api_requests_used),
    }
    limits["DataStorageMB"] = {"Max": switches.data_storage_mb, "Remaining": switches.data_storage_left_mb}
    return dict(sorted(limits.items()))
