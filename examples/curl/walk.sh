#!/bin/sh
# A bot's whole life with nothing but curl: schedule it, move the clock, read what happened.
# Expects a greenroom with a frozen clock, and its address in GREENROOM_URL.
set -eu
: "${GREENROOM_URL:=http://127.0.0.1:4747}"

post() { curl --silent --show-error --fail-with-body "$GREENROOM_URL$1" -H 'Content-Type: application/json' -H 'Authorization: Token any-key' -d "$2"; }

bot=$(post /api/v1/bots '{"meeting_url":"https://meet.google.com/abc-defg-hij","bot_name":"Notes","join_at":"2026-01-01T10:00:00Z"}' |
  sed 's/.*"id":"\([^"]*\)".*/\1/')
echo "scheduled $bot"

post /_greenroom/clock/advance "{\"until\":{\"subject\":\"$bot\",\"state\":\"joined_recording\"}}" >/dev/null
echo "it is recording; end the meeting before its time"
post /_greenroom/backstage "{\"kind\":\"event\",\"bot\":\"$bot\",\"event\":\"meeting_ended\"}" >/dev/null
post /_greenroom/clock/advance "{\"until\":{\"subject\":\"$bot\",\"state\":\"ended\"}}" >/dev/null

curl --silent --fail-with-body "$GREENROOM_URL/_greenroom/timeline?subject=$bot" -H 'Accept: text/plain'
