#!/bin/sh
# Makes what a deployment keeps secret, each in a file of its own: keys, passwords, an internal authority with certificates, tokens for
# Temporal. What exists is left alone, so a part is renewed by deleting its files and running this again (docs/operations.md).
#
#   docker/make-secrets.sh [FOLDER]        FOLDER: ./secrets where left out. Needs OpenSSL 3.
#   As root the files get the group 20000, which the containers carry.
set -eu
umask 077
folder="${1:-./secrets}"
group=20000
days="${CERTIFICATE_DAYS:-397}"
namespace="${TEMPORAL_NAMESPACE:-groundwork}"
mkdir -p "$folder/offline"
cd "$folder"

missing() { [ ! -s "$1" ]; }
say() { echo "made $1"; }
random_base64() { openssl rand -base64 32 | tr -d '\n'; }
random_word() { openssl rand -hex 24 | tr -d '\n'; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

keep() { # keep NAME COMMAND...: one file of one command's output
  name="$1"
  shift
  missing "$name" || return 0
  "$@" >"$name.new"
  mv "$name.new" "$name"
  say "$name"
}

# keys of 32 bytes
keep root_key random_base64
keep codec_key random_base64
keep metrics_token random_word
for former in root codec; do keep "${former}_former_keys" echo '# keys of before a rotation, one a line: id:key'; done
if missing sealing_private_key || missing sealing_public_key; then
  openssl genpkey -algorithm X25519 -outform DER -out pair.der
  # the last 32 bytes of either form are the raw key (RFC 8410)
  tail -c 32 pair.der | openssl base64 -A >sealing_private_key
  openssl pkey -in pair.der -inform DER -pubout -outform DER | tail -c 32 | openssl base64 -A >sealing_public_key
  rm pair.der
  say 'sealing_private_key, sealing_public_key'
fi

# database logins, and the address by which each of ours reaches the database
for login in postgres_admin serve upkeep migrate temporal_database backup; do keep "${login}_password" random_word; done
address() { # address LOGIN PASSWORD_FILE
  printf 'postgres://%s:%s@postgres:5432/groundwork?sslmode=verify-full&sslrootcert=/run/secrets/internal_ca.pem' "$1" "$(cat "$2")"
}
keep admin_database_url address postgres postgres_admin_password
keep serve_database_url address gw_serve_login serve_password
keep upkeep_database_url address gw_upkeep_login upkeep_password
keep migrate_database_url address gw_migrate_login migrate_password

# the internal authority; its key signs certificates here and is used nowhere else
if missing offline/internal_ca_key.pem; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -subj '/CN=Groundwork internal authority' \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout offline/internal_ca_key.pem -out internal_ca.pem 2>/dev/null
  say internal_ca.pem
fi
certificate() { # certificate NAME USAGE HOST...
  name="$1" usage="$2"
  shift 2
  missing "${name}_cert.pem" || return 0
  alternatives=''
  for host in "$@"; do alternatives="${alternatives:+$alternatives,}DNS:$host"; done
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/CN=$name" \
    -keyout "${name}_key.pem" -out request.pem 2>/dev/null
  {
    echo 'basicConstraints=critical,CA:FALSE'
    echo 'keyUsage=critical,digitalSignature'
    echo "extendedKeyUsage=$usage"
    echo "subjectAltName=${alternatives:-DNS:$name.client.internal}"
  } >extensions
  openssl x509 -req -in request.pem -CA internal_ca.pem -CAkey offline/internal_ca_key.pem -days "$days" \
    -set_serial "0x$(openssl rand -hex 16)" -extfile extensions -out "${name}_cert.pem" 2>/dev/null
  rm request.pem extensions
  say "${name}_cert.pem"
}
certificate postgres serverAuth postgres
certificate temporal serverAuth,clientAuth temporal
certificate jwks serverAuth jwks
for client in api worker temporal_ui operator; do certificate "$client" clientAuth; done

# tokens for Temporal, signed by a key of ours whose public half the server reads from jwks.json
if missing offline/token_key.pem; then
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out offline/token_key.pem 2>/dev/null
  rm -f jwks.json temporal_token_*
fi
key_id="$(openssl pkey -in offline/token_key.pem -pubout -outform DER | openssl dgst -sha256 -r | cut -c1-16)"
key_set() {
  # PKCS #1 of 3072 bits ends in 384 bytes of modulus and 5 of exponent (RFC 8017, A.1.1)
  encoded="$(openssl rsa -in offline/token_key.pem -RSAPublicKey_out -outform DER 2>/dev/null | tail -c 389 | head -c 384 | base64url)"
  printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"%s","e":"AQAB","n":"%s"}]}\n' "$key_id" "$encoded"
}
keep jwks.json key_set
token() { # token SUBJECT PERMISSION...
  subject="$1"
  shift
  permissions=''
  for permission in "$@"; do permissions="${permissions:+$permissions,}\"$permission\""; done
  now="$(date +%s)"
  head="$(printf '{"alg":"RS256","typ":"JWT","kid":"%s"}' "$key_id" | base64url)"
  claims="$(printf '{"sub":"%s","iat":%s,"exp":%s,"permissions":[%s]}' \
    "$subject" "$now" "$((now + days * 86400))" "$permissions" | base64url)"
  signature="$(printf '%s.%s' "$head" "$claims" | openssl dgst -sha256 -sign offline/token_key.pem -binary | base64url)"
  printf '%s.%s.%s' "$head" "$claims" "$signature"
}
keep temporal_token_api token groundwork-api "$namespace:write" temporal-system:read
keep temporal_token_worker token groundwork-worker "$namespace:write" temporal-system:read
keep temporal_token_operator token groundwork-operator "$namespace:admin" temporal-system:admin

# what others gave us; empty until somebody fills it in
for given in procore_client_secret oidc_client_secret smtp_url; do [ -e "$given" ] || : >"$given"; done

chmod 0640 ./*
chmod 0750 .
chmod 0700 offline
if [ "$(id -u)" = 0 ]; then
  chown -R root:"$group" .
  chown -R root:root offline
else
  echo "not root: give the files to root and group $group before the first start (docs/operations.md)"
fi
for given in procore_client_secret oidc_client_secret smtp_url; do
  [ -s "$given" ] || echo "still to fill in: $folder/$given"
done
