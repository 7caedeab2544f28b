#!/bin/sh
# Brings Temporal's two databases to the schema of this release; safe to run again.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal_database_password)"
export SQL_PASSWORD

sql() {
  temporal-sql-tool --plugin postgres12 --endpoint "$SQL_HOST" --port 5432 --user "$SQL_USER" --database "$@"
}

for store in temporal visibility; do
  case "$store" in
    temporal) database=temporal ;;
    visibility) database=temporal_visibility ;;
  esac
  # does nothing where a schema stands
  sql "$database" setup-schema --version 0.0
  sql "$database" update-schema --schema-name "postgresql/v12/$store"
done
