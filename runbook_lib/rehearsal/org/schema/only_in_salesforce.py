"""What the rehearsal's catalog lacks of Salesforce's own objects: told as not imitated, never as unknown."""

from __future__ import annotations

ONLY_IN_SALESFORCE = frozenset(
    name.lower()
    for name in (
        "AccountContactRelation", "AccountContactRole", "AccountHistory", "AccountShare", "ActivityHistory",
        "AggregateResult", "ApexClass", "ApexPage", "Asset", "AsyncApexJob", "Attachment", "AuthSession",
        "BusinessHours", "CampaignShare", "CaseComment", "CollaborationGroup", "ConnectedApplication",
        "ContactHistory", "ContactPointEmail", "ContactShare", "ContentDocument", "ContentDocumentLink",
        "ContentVersion", "Contract", "CronTrigger", "CustomPermission", "Dashboard", "DatedConversionRate",
        "Domain", "DuplicateRecordItem", "DuplicateRecordSet", "EmailMessage", "EmailTemplate",
        "Entitlement", "EventLogFile", "EventRelation", "FeedItem", "FieldHistoryArchive",
        "FlowInterview", "FlowVersionView", "Folder", "GroupMember", "Idea", "Individual", "LeadHistory",
        "LeadShare", "LeadStatus", "ListView", "MatchingRule", "MutingPermissionSet", "NamedCredential",
        "Network", "Note", "OpenActivity", "OpportunityFieldHistory", "OpportunityHistory",
        "OpportunityLineItem", "OpportunityShare", "OpportunityStage", "Order", "OrderItem", "Partner",
        "Period", "PermissionSetLicense", "PermissionSetLicenseAssign", "PermissionSetTabSetting",
        "PicklistValueInfo", "Pricebook2", "PricebookEntry", "ProcessInstance", "Product2",
        "QueueSobject", "Quote", "RecentlyViewed", "RelationshipDomain", "Report",
        "SetupAuditTrail", "SetupEntityAccess", "Solution", "StaticResource", "TaskRelation",
        "Topic", "TopicAssignment", "UserAppInfo", "UserFieldAccess", "UserPreference", "UserRecordAccess",
        "UserRole", "UserShare", "VerificationHistory", "Vote", "WorkOrder",
    )
)  # fmt: skip
"""Standard objects that the rehearsal does not play, in small letters. Source: Object Reference."""
