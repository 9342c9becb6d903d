"""Checks that npm run fuzz adds to those of Schemathesis. docs/fuzz.md explains each call that is listed here."""

import schemathesis

PAGE = "Server Error (500)"

# Calls on which the vendor's own code fails, as greenroom imitates: its page is the right answer, and nothing else is.
VENDOR_CRASHES = {
    "POST /api/v1/bots": "a body or a group of settings that is JSON and no object, or a meeting_url that is no text",
    "POST /api/v1/bots/{id}/output_audio": "a body that is JSON and no object",
    "POST /api/v1/app_sessions": "a body or zoom_rtms that is JSON and no object",
    "POST /api/v1/app_sessions/end": "a body that is JSON and no object",
}


# Its driver of the database has no text with NUL, be it an id in a path or a filter of a list.
NUL = "%00"


@schemathesis.check
def no_fault_of_its_own(ctx, response, case):
    """No answer of 5xx but the vendor's page, where the vendor is known to fail."""
    if response.status_code < 500:
        return
    label = case.operation.label
    if (label in VENDOR_CRASHES or NUL in response.request.url) and PAGE in response.text:
        return
    raise AssertionError(f"{label} was answered {response.status_code}: {response.text[:200]}")
