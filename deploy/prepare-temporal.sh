#!/bin/sh
# Tells a Temporal server what Chairtime needs of it; safe to run again. Uses the `temporal` program, which reads
# TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS from the environment.
# On Temporal Cloud do the same with tcld or in its web pages: there the namespace's owner sets both.
set -eu
namespace="${TEMPORAL_NAMESPACE:-default}"

# A used case id must be refused for 30 days, so closed cases are kept that long.
if ! temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1; then
  temporal operator namespace create --namespace "$namespace" --retention 30d
else
  temporal operator namespace update --namespace "$namespace" --retention 30d
fi

# The one search attribute: the location's opaque key. A new namespace is known everywhere only after some seconds.
tries=0
until temporal operator search-attribute list --namespace "$namespace" 2>/dev/null | grep -q ChairtimeLocation; do
  tries=$((tries + 1))
  if [ "$tries" -gt 20 ]; then
    echo "the search attribute ChairtimeLocation could not be made in namespace $namespace" >&2
    exit 1
  fi
  temporal operator search-attribute create --namespace "$namespace" --name ChairtimeLocation --type Keyword || sleep 3
done
echo "Temporal is ready for Chairtime (namespace $namespace)"
