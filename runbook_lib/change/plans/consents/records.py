"""08: what comes along with the records: those that stay unseen, people without an e-mail or who have opted
out, opportunities of nobody, several currencies, and fields whose values never arrive.

Sources: Marketo documentation, "SFDC Sync: Opportunity Sync" (contact roles, one currency), "Salesforce Sync
Backlog Metrics" (records that are not marketable), "Default Salesforce Field Mapping" (Email Opt Out).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from runbook_lib.change.plan import Consent
from runbook_lib.change.plans.preconditions import at_most
from runbook_lib.review.fields.forecast import outcomes
from runbook_lib.review.fields.made import Made
from runbook_lib.review.visible_records import Sight, record_sights
from runbook_lib.survey.model.inventory import Count, Inventory
from runbook_lib.survey.model.unknown import Unknown
from runbook_lib.survey.snapshot import DuplicateCounts, Snapshot
from runbook_lib.text import Message, joined, say


def record_consents(snapshot: Snapshot) -> Iterator[Consent]:
    """A consent per kind of record that is there, or of which nobody could tell."""
    sights = record_sights(snapshot)
    if any(sight.is_partial or not sight.is_known for sight in sights):
        yield Consent("unseen-records", _unseen(sights))
    yield from _people(snapshot)
    if isinstance(snapshot.inventory, Inventory):
        yield from _opportunities(snapshot.inventory)
    yield from _ignored(snapshot)


def sees_all(snapshot: Snapshot) -> bool:
    """Whether it is known that the sync user sees every record."""
    return all(sight.is_known and not sight.is_partial for sight in record_sights(snapshot))


def bounded(count: Count | None) -> Message:
    """A count as a consent names it: none, a bound that holds while a few are added, or not known."""
    if count is None or isinstance(count, Unknown):
        return say("unknown")
    return say("at most {count}", count=at_most(count)) if count else say("none")


def _unseen(sights: tuple[Sight, ...]) -> Message:
    lines = [
        say("{object}: sees {seen} of {there}",
            object=sight.object, seen=bounded(sight.seen), there=bounded(sight.there))
        for sight in sights
        if sight.is_partial or not sight.is_known
    ]  # fmt: skip
    warning = say(
        "The sync user does not see every record, or nobody could tell; what they do not see never "
        "reaches Marketo."
    )
    return joined((warning, *lines), "\n")


def _people(snapshot: Snapshot) -> Iterator[Consent]:
    people = snapshot.duplicates
    if not isinstance(people, DuplicateCounts):
        return
    there = snapshot.inventory if isinstance(snapshot.inventory, Inventory) else None
    counts: dict[str, Count | None] = {
        "without_email": people.without_email,
        "opted_out": people.opted_out,
        "converted": there.converted_leads if there else None,
        "idle_leads": there.idle.get("Lead") if there else None,
        "idle_contacts": there.idle.get("Contact") if there else None,
    }
    if any(count != 0 for count in counts.values()):
        figures = {name: bounded(count) for name, count in counts.items()}
        lines = (
            say("Everybody is copied, and counts in the Marketo contract."),
            say("People without an e-mail: {without_email}", **figures),
            say("Opted out of e-mail: {opted_out}", **figures),
            say("Converted leads: {converted}", **figures),
            say("Not changed for two years: leads {idle_leads}, contacts {idle_contacts}", **figures),
        )
        yield Consent("people-as-they-are", joined(lines, "\n"))


def _opportunities(there: Inventory) -> Iterator[Consent]:
    if there.without_role != 0:
        yield Consent(
            "opportunities-of-nobody",
            say(
                "Opportunities in which no contact has a role: {count}. They are copied, but are "
                "linked to nobody in Marketo.",
                count=bounded(there.without_role),
            ),
        )
    if isinstance(there.currencies, Unknown):
        yield Consent("currencies", say("The currencies of the opportunities are not known."))
    elif len(there.currencies) > 1:
        yield Consent(
            "currencies",
            say(
                "The opportunities are in several currencies ({currencies}). Marketo knows one: it takes the "
                "bare number and calls it its own currency.",
                currencies=", ".join(there.currencies),
            ),
        )


def _ignored(snapshot: Snapshot) -> Iterator[Consent]:
    """Fields whose values never arrive though the sync user sees them; 04 marks each of them."""
    ignored = Counter(
        name.partition(".")[0] for name, made in outcomes(snapshot).items() if made is Made.IGNORED
    )
    if ignored:
        yield Consent(
            "ignored-fields",
            say(
                "Adobe says that the sync ignores the values of {count} fields the sync user sees "
                "(ka-29492): {objects}. They never arrive in Marketo.",
                count=sum(ignored.values()),
                objects=", ".join(f"{name} {count}" for name, count in sorted(ignored.items())),
            ),
        )
