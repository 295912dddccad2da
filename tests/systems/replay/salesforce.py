"""What each recorded reply of Salesforce leads to."""

from __future__ import annotations

from functools import partial

from runbook_lib.errors import SalesforceBusy
from runbook_lib.review.login_statuses import is_known_status
from runbook_lib.survey.model.unknown import Unknown
from runbook_lib.survey.probes.org.account import effective_access
from runbook_lib.survey.probes.org.facts import administers
from runbook_lib.survey.probes.org.queries import ALL_COLUMNS
from runbook_lib.survey.probes.query import describe_each
from runbook_lib.survey.requirements import FULL_ACCESS
from runbook_lib.systems.salesforce import bulk
from runbook_lib.systems.salesforce.errors import dependency_in
from tests.systems.replay.questions import (
    SOQL,
    assign,
    budget,
    by_app,
    conversion,
    describe,
    flow_columns,
    login_fault,
    login_refused,
    members,
    profile_names,
    query,
    rest_is_shut_too,
    token_without_identity,
    tooling,
    two_questions,
    who_it_is,
    write,
)  # fmt: skip
from tests.systems.replay.stage import Result, Row, Stage, as_a_row, over_and_over

HISTORY = "login history"
ROWS: dict[str, Row] = {
    "describe_Lead": Row(
        partial(describe, "Lead"),
        Result({"Id": "", "Name": "", "Address": "", "Email": "", "IsConverted": ""}),
    ),
    "describe_Contact": Row(
        partial(describe, "Contact"),
        Result({"Id": "", "AccountId": "", "Name": "", "MailingAddress": "", "Email": ""}),
    ),
    "describe_Account": Row(
        partial(describe, "Account"), Result({"Id": "", "Name": "", "BillingAddress": ""})
    ),
    "describe_Opportunity": Row(
        partial(describe, "Opportunity"), Result({"Id": "", "Name": "", "StageName": "", "Amount": ""})
    ),
    "describe_global": Row(
        lambda stage: [sobject["name"] for sobject in stage.salesforce.describe_global()["sobjects"]],
        Result(["Account", "Contact", "Lead"]),
    ),
    "organization_row": Row(
        lambda stage: (stage.salesforce.identity().org_id, stage.salesforce.session.org_name),
        Result(("00D000000000001EAA", "Acme")),
        as_a_row,
    ),
    "composite_not_found": Row(lambda stage: list(describe_each(stage.salesforce, ["Foo"])), Result([])),
    "composite_count_and_invalid_type": Row(
        two_questions,
        Result((17, "Salesforce refused a call with INVALID_TYPE: sObject type 'XYZZY' is not supported.")),
    ),
    "sobject_collection_created": Row(
        lambda stage: [
            (result.id, result.success) for result in stage.writer.create_many("Account", [{}, {}])
        ],
        Result([("001000000000000AAA", True), ("001000000000001AAA", True)]),
    ),
    "soap_login_result": Row(
        lambda stage: (stage.log_in().instance, stage.transport.calls["salesforce"]),
        Result(("acme.my.salesforce.com", 1)),
    ),
    "soap_login_fault_invalid_login": Row(
        Stage.log_in,
        login_refused(
            "INVALID_LOGIN",
            "does not accept this username, password and security token",
            "do not try at random",
        ),
    ),
    "soap_login_fault_soap_off": Row(
        Stage.log_in,
        login_refused("INVALID_OPERATION", "SOAP API login() is switched off in this org", ""),
        login_fault,
    ),
    "soap_invalid_session": Row(
        lambda stage: stage.salesforce.lead_convert_settings(),
        Result(code="INVALID_SESSION_ID", says="", fix="Run again to log in again"),
        rest_is_shut_too,
    ),
    "oauth_token_password": Row(
        lambda stage: (lambda got: (got.org_id, got.user_id, got.instance))(by_app("password")(stage)),
        Result(("00D000000000001EAA", "005000000000001AAA", "acme.my.salesforce.com")),
        who_it_is,
    ),
    "oauth_invalid_grant_password": Row(
        by_app("password"), login_refused("invalid_grant", "Invalid Password", HISTORY)
    ),
    "oauth_invalid_grant_token_required": Row(
        by_app("password"), login_refused("invalid_grant", "API security token required", HISTORY)
    ),
    "oauth_invalid_grant_domain": Row(
        by_app("client_credentials"),
        login_refused("invalid_grant", "at the org's own address only", "my_domain in connection.toml"),
    ),
    "oauth_invalid_grant_no_run_as": Row(
        by_app("client_credentials"), login_refused("invalid_grant", "no user to run as", "Run As")
    ),
    "oauth_invalid_grant_refresh": Row(
        by_app("password"), login_refused("invalid_grant", "expired access/refresh token", HISTORY)
    ),
    "oauth_userinfo_bad_token": Row(
        by_app("password"),
        login_refused("IDENTITY_SCOPE", "does not say whose token", "identity URL service"),
        token_without_identity,
    ),
    "rest_invalid_session": Row(
        query, Result(code="INVALID_SESSION_ID", says="Session expired or invalid", fix="log in again")
    ),
    "services_data": Row(
        lambda stage: stage.transport.send("GET", "https://acme.my.salesforce.com/services/data").json()[0][
            "version"
        ],
        Result("20.0"),
    ),
    "limits": Row(budget, Result((25000, 24926))),
    "query_self_semi_join": Row(
        query,
        Result(
            code="MALFORMED_QUERY",
            says="The inner and outer selects should not be on the same object type",
            fix="",
        ),
    ),
    "query_invalid_field": Row(
        query,
        Result(
            code="INVALID_FIELD",
            says="INVALID_FIELD: No such column 'RecordTypeId' on entity 'Account'.",
            fix="may not see it",
        ),
    ),
    "query_field_permissions_hidden": Row(
        query,
        Result(
            code="INVALID_TYPE",
            says="INVALID_TYPE: sObject type 'FieldPermissions' is not supported.",
            fix="View Setup and Configuration",
        ),
    ),
    "tooling_entity_particle_hidden": Row(
        tooling,
        Result(
            code="INVALID_TYPE", says="sObject type 'EntityParticle' is not supported.", fix="may not see it"
        ),
    ),
    "tooling_entity_particle": Row(
        tooling,
        Result(
            [
                {"DataType": "id", "FieldDefinition": {"QualifiedApiName": "Id"}},
                {"DataType": "string", "FieldDefinition": {"QualifiedApiName": "Name"}},
            ]
        ),
    ),
    "query_entity_particle_no_filter": Row(
        query, Result(code="MALFORMED_QUERY", says="a filter on a reified column is required", fix="")
    ),
    "query_reified_no_query_more": Row(
        query, Result(code="EXCEEDED_ID_LIMIT", says="does not support queryMore()", fix="")
    ),
    "user_entity_access_rows": Row(
        lambda stage: isinstance(
            effective_access(stage.heard["records"], {"Account": FULL_ACCESS})["Account"], Unknown
        ),
        Result(True),
    ),
    "flow_definition_view_columns": Row(flow_columns, Result(["IsActive", "Label", "TriggerObjectOrEvent"])),
    "permission_set_assignment_rows": Row(
        lambda stage: [row["PermissionSet"]["Name"] for row in query(stage, "PermissionSet.Name")],
        Result(["Marketo_Sync", "X00ex00000018ozT_128_09_43_34_1"]),
    ),
    "profile_row": Row(
        lambda stage: (lambda row: (administers(row), sorted(set(ALL_COLUMNS) - row.keys())))(
            query(stage)[0]
        ),
        Result((False, ["PermissionsUseAnyApiAuth"])),
    ),
    "permission_dependency_view_setup": Row(
        write,
        Result(
            code="FIELD_INTEGRITY_EXCEPTION",
            says="Permission ViewSetup depends on permission(s): ViewRoles",
            fix="",
        ),
    ),
    "permission_dependency_texts": Row(
        lambda stage: [dependency_in(text) for text in stage.heard],
        Result(
            [
                ("CustomizeApplication", "ManageTranslation"),
                ("ManageUsers", "ViewRoles"),
                ("Manage Public Documents", "Create Document, Delete Document, Edit Document, Read Document"),
                ("Create ID_Search__c", "Read ID_Search__c"),
                ("Modify All Approval_Chain_Step__c", "Delete"),
            ]
        ),
    ),
    "assign_license_refuses": Row(
        assign, Result("The user license does not allow what the permission set holds")
    ),
    "request_limit_concurrent": Row(
        query,
        Result(
            code="REQUEST_LIMIT_EXCEEDED",
            says="ConcurrentRequests",
            fix="too many long calls",
            kind=SalesforceBusy,
        ),
        over_and_over,
    ),
    "profile_localised": Row(query, Result([])),
    "metadata_profile_names": Row(profile_names, Result("Custom%3A Marketing Profile")),
    "metadata_lead_convert_settings": Row(
        lambda stage: stage.salesforce.lead_convert_settings(),
        Result(
            {
                "fullName": "LeadConvertSettings",
                "allowOwnerChange": True,
                "opportunityCreationOptions": "VisibleOptional",
                "objectMapping": [
                    {
                        "inputObject": "Lead",
                        "mappingFields": [{"inputField": "Date_of_Birth__c", "outputField": "Birthdate__c"}],
                        "outputObject": "Contact",
                    }
                ],
            }
        ),
        conversion,
    ),
    "bulk_query_created": Row(lambda stage: bulk.start(stage.salesforce, SOQL), Result("750000000000001AAA")),
    "bulk_query_complete": Row(lambda stage: bulk.wait(stage.salesforce, "750000000000001AAA"), Result(28)),
    "tooling_created": Row(
        lambda stage: stage.writer.create_custom_field("Lead.A__c", {"type": "Text"}),
        Result("0YL000000000001AAA"),
    ),
    "sobject_describe_not_found": Row(
        lambda stage: stage.salesforce.describe("Foo"),
        Result(code="NOT_FOUND", says="The requested resource does not exist", fix=""),
    ),
    "query_aggregate": Row(
        lambda stage: [int(row["expr0"]) for row in query(stage, "CampaignId, COUNT(Id)")], Result([300, 400])
    ),
    "login_history_statuses": Row(
        lambda stage: sorted(status for status in stage.heard.values() if not is_known_status(status)),
        Result([]),
    ),
    "login_history_row": Row(
        lambda stage: [(row["LoginType"], row["Status"]) for row in query(stage, "LoginType, Status")],
        Result([("Remote Access 2.0", "Success")]),
        as_a_row,
    ),
    "group_component_muting_row": Row(members, Result(["0PS000000000001AAA"])),
    "tooling_permission_dependency": Row(
        lambda stage: stage.heard["columns"][:2], Result(["Id", "Permission"])
    ),
}
"""Every file of Salesforce. Two of them nobody asks for in the product: `services_data` and
`tooling_permission_dependency`, of which no row was ever recorded."""
