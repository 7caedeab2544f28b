#!/bin/sh
# Makes the namespace and the search attributes of our workflows; safe to run again.
set -eu
TEMPORAL_API_KEY="$(cat /run/secrets/temporal_token_operator)"
export TEMPORAL_API_KEY

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  echo "the namespace $TEMPORAL_NAMESPACE stands"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi

# a server learns of a new namespace some seconds after it was made
tries=30
until temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || exit 1
  sleep 2
done

attribute() {
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type "$2"
}
attribute Tenant Keyword
attribute Partner Keyword
attribute Company Keyword
attribute Project Keyword
attribute Stage Keyword
attribute WaitingOn KeywordList
attribute StuckReason KeywordList
attribute NeedsAttention Bool
