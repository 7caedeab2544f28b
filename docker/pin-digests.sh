#!/bin/sh
# Pins every foreign image of this deployment by digest.
#
#   docker/pin-digests.sh           asks the registry for the digest of each exact tag and writes it to .env
#   docker/pin-digests.sh --check   changes nothing; fails where .env lacks a digest, or a tag has another one by now
#
# Needs docker with buildx. Look at what changed in .env before you start with it: a tag that moved is a reason to ask why.
set -eu
cd "$(dirname "$0")/.."
settings="${SETTINGS:-.env}"

images() { # lines "IMAGE:TAG VARIABLE"
  sed -nE 's/^.* ([a-z0-9\/.-]+:[A-Za-z0-9._-]+)\$\{([A-Z_]+_DIGEST)[^}]*\}.*$/\1 \2/p' docker-compose.yml Dockerfile | sort -u
}
written() { [ -f "$settings" ] && sed -n "s/^$1=//p" "$settings" | tail -n 1; }

status=0
images | while read -r image variable; do
  digest="@$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image")"
  case "$digest" in
    @sha256:????????????????????????????????????????????????????????????????) ;;
    *) echo "$image: the registry gave no digest" >&2 && exit 1 ;;
  esac
  before="$(written "$variable" || true)"
  if [ "${1:-}" = --check ]; then
    [ "$before" = "$digest" ] && echo "$image is $digest" && continue
    echo "$image is $digest; $settings has ${before:-none}" >&2
    touch "$settings.differs"
    continue
  fi
  { [ ! -f "$settings" ] || grep -v "^$variable=" "$settings" || true; } >"$settings.new"
  echo "$variable=$digest" >>"$settings.new"
  mv "$settings.new" "$settings"
  echo "$image$digest"
done
[ ! -e "$settings.differs" ] || { rm "$settings.differs" && status=1; }
exit "$status"
