-- Whether another tenant owns one of the streams; which, is not told. Looks only: own_stream() makes an owner.
GRANT CREATE ON SCHEMA public TO gw_router;
CREATE FUNCTION any_stream_taken(in_environment text, in_project text, of_streams text[], by_author text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.stream_owner o
    WHERE o.environment = in_environment AND o.procore_project_id = in_project AND o.stream = ANY (of_streams)
      AND o.author = by_author AND o.tenant_id <> current_setting('gw.tenant')::uuid)
$$;
REVOKE EXECUTE ON FUNCTION any_stream_taken(text, text, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION any_stream_taken(text, text, text[], text) TO gw_serve;
ALTER FUNCTION any_stream_taken(text, text, text[], text) OWNER TO gw_router;
REVOKE CREATE ON SCHEMA public FROM gw_router;
