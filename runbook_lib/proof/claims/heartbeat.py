"""What Marketo leaves behind while it syncs: logins, uses of its token, activities, records that it writes.

They support the proof and are never needed, for a sync that has nothing to do leaves none of them; what
cannot be read of them is told as that, and is no "no". Logins alone can speak against it: where Salesforce
refuses one after the other, nothing can be synced.
Sources: Salesforce object reference, LoginHistory, OauthToken; Marketo developer guide, "Activities".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook_lib.proof.claims.claim import Claim, Measured
from runbook_lib.review.findings import Status, not_told
from runbook_lib.survey.snapshot import Activity, Login, Snapshot, Unknown
from runbook_lib.text import Message, Moment, say

SUCCEEDED = "success"
"""How the status of a login that worked begins. Seen in orgs; Salesforce publishes no list."""
UNREAD = "-unknown"
"""How the id of a claim ends of which nobody could tell, and which is not needed."""
REPEATED = 2
"""One wrong login may be anybody's; so many in a row, and none since that worked, are Marketo's."""


def claim_heartbeat(measured: Measured) -> Iterator[Claim]:
    """What Marketo does in the org and writes down by itself since the start; support only."""
    yield from _logins(measured)
    yield from _tokens(measured.now)
    yield from _activity(measured.now)
    yield from _writes(measured.now)


def since_start(measured: Measured) -> list[Login]:
    """The sync user's logins from elsewhere since the start, the newest first."""
    seen, start = measured.now.logins, measured.before
    if not isinstance(seen, tuple) or start is None:
        return []
    since = (login for login in seen if login.at >= start.taken_at and login.elsewhere)
    return sorted(since, key=lambda login: login.at, reverse=True)


def refused_last(logins: Sequence[Login]) -> list[Login]:
    """The refused ones since the last that worked; of the newest first."""
    worked = next((place for place, login in enumerate(logins) if has_worked(login)), len(logins))
    return list(logins[:worked])


def has_worked(login: Login) -> bool:
    """Whether the login let somebody in."""
    return login.status.lower().startswith(SUCCEEDED)


def all_refused(logins: Sequence[Login]) -> Message:
    """That these logins, the newest first, were refused one after the other."""
    return say(
        "The last {count} logins of the sync user from outside were all refused with “{status}”, last at "
        "{at}: Marketo cannot log in. Give Marketo the right password and token (step 03).",
        count=len(logins),
        status=logins[0].status,
        at=Moment(logins[0].at),
    )


def _logins(measured: Measured) -> Iterator[Claim]:
    """The sync user's logins since the start, from elsewhere; support only, whoever they were."""
    if isinstance(measured.now.logins, Unknown):
        yield _unread("logins", measured.now.logins)
    if not isinstance(measured.now.logins, tuple) or measured.before is None:
        return
    since = since_start(measured)
    worked = [login for login in since if has_worked(login)]
    if worked:
        what = say(
            "Since the start, the sync user has logged in {count} times from outside this computer, last at "
            "{at}.",
            count=len(worked),
            at=Moment(worked[0].at),
        )
        yield Claim("logins", Status.OK, what, now=len(worked))
    else:
        what = say("No login of the sync user from anywhere but this computer has been seen since the start.")
        yield Claim("logins", Status.SKIP, what, now=0)
    yield from _refused(since)


def _refused(since: Sequence[Login]) -> Iterator[Claim]:
    refused, last = [login for login in since if not has_worked(login)], refused_last(since)
    if len(last) >= REPEATED:
        yield Claim("logins-refused", Status.ERROR, all_refused(last), now=len(last))
    elif refused:
        what = say(
            "Since the start, {count} logins of the sync user from outside were refused, last with "
            "“{status}”.",
            count=len(refused),
            status=refused[0].status,
        )
        yield Claim("logins-refused", Status.WARN, what, now=len(refused))


def _tokens(seen: Snapshot) -> Iterator[Claim]:
    if isinstance(seen.app_tokens, Unknown):
        yield _unread("app-tokens", seen.app_tokens)
    if not isinstance(seen.app_tokens, tuple):
        return
    if not seen.app_tokens:
        what = say("The sync user has let in no app by OAuth, though Marketo logs in that way.")
        yield Claim("app-tokens", Status.WARN, what, now=0)
    for token in seen.app_tokens:
        at = token.last_used
        used = say("last at {at}", at=Moment(at)) if at else say("the last time is not known")
        what = say(
            "The app {app}, which the sync user let in, has used its token {count} times, {used}.",
            app=token.app, count=token.uses, used=used,
        )  # fmt: skip
        yield Claim("app-tokens", Status.OK if token.uses else Status.SKIP, what, now=token.uses)


def _activity(seen: Snapshot) -> Iterator[Claim]:
    activity = seen.activity
    if isinstance(activity, Unknown):
        yield _unread("activity", activity)
    elif isinstance(activity, Activity) and activity.at is not None:
        what = say(
            "Since {since}, Marketo has noted {count} activities of the sync, the newest at {at}.",
            since=Moment(activity.since), count=activity.count, at=Moment(activity.at),
        )  # fmt: skip
        yield Claim("activity", Status.OK, what, now=activity.count)
    elif isinstance(activity, Activity):
        what = say(
            "Since {since}, Marketo has noted no activity of the sync; there is one only where "
            "something changed.",
            since=Moment(activity.since),
        )
        yield Claim("activity", Status.SKIP, what, now=0)


def _writes(seen: Snapshot) -> Iterator[Claim]:
    """What the sync user changed last among the sampled people. The first sync reads, and writes nothing."""
    if not isinstance(seen.people_seen, tuple) or not any(sample.compared for sample in seen.people_seen):
        return
    written = sum(sample.written for sample in seen.people_seen)
    moments = [sample.written_at for sample in seen.people_seen if sample.written_at is not None]
    if not moments:
        what = say(
            "The sync user was not the last to change anybody in the sample: Marketo wrote nothing there."
        )
        yield Claim("written", Status.SKIP, what, now=0)
        return
    what = say(
        "{count} of the sampled people were last changed by the sync user, the newest at {at}.",
        count=written,
        at=Moment(max(moments)),
    )
    yield Claim("written", Status.OK, what, now=written)


def _unread(claim: str, reason: Unknown) -> Claim:
    return Claim(f"{claim}{UNREAD}", Status.WARN, not_told(reason.words, reason.message("fix")))
