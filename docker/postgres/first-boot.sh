#!/bin/sh
# Run once, when the data folder is made: databases and the logins that no job of ours makes. Tables and our roles: the migrate job.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
  --set temporal_password="$(cat /run/secrets/temporal_database_password)" \
  --set backup_password="$(cat /run/secrets/backup_password)" <<'SQL'
CREATE ROLE temporal LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'temporal_password';
CREATE ROLE gw_backup_login LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'backup_password';
CREATE DATABASE groundwork;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE temporal, temporal_visibility FROM PUBLIC;
-- whoever waits longer is at fault and rolled back; migrations take the time they need
ALTER DATABASE groundwork SET statement_timeout = '15s';
ALTER DATABASE groundwork SET idle_in_transaction_session_timeout = '10s';
ALTER DATABASE groundwork SET lock_timeout = '3s';
ALTER ROLE postgres SET statement_timeout = 0;
SQL
