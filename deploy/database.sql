-- For the administrator of a PostgreSQL server (15 or newer) that is given to CARPath. Run as a superuser:
--   psql --set owner_password=… --set app_password=… --file deploy/database.sql postgres
-- Two roles: the owner migrates, the application can neither change tables nor rewrite history.
CREATE ROLE carpath_owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE carpath_app LOGIN PASSWORD :'app_password';
GRANT carpath_app TO carpath_owner;
CREATE DATABASE carpath OWNER carpath_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT, TEMPORARY ON DATABASE carpath FROM PUBLIC;
GRANT CONNECT ON DATABASE carpath TO carpath_app;
-- What people typed stays out of the server's log.
ALTER ROLE carpath_app SET log_error_verbosity = 'terse';
ALTER ROLE carpath_app SET log_min_error_statement = 'panic';
