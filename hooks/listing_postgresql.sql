WITH rel AS (
  SELECT c.*, s.nspname FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
   WHERE s.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r', 'p')
     AND c.relname NOT IN ('schema_migrations', 'ar_internal_metadata')
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                     AND d.objid = c.oid AND d.deptype = 'e'))
SELECT kind, one, nspname, relname, name FROM (
  SELECT 0 AS part, 'schema' AS kind, '' AS one, s AS nspname, '' AS relname, '' AS name, 0 AS place
    FROM unnest(current_schemas(false)) s
  UNION ALL
  SELECT 1, 'table', CASE WHEN relispartition THEN 'maybe' ELSE '' END, nspname, relname, '', 0 FROM rel
  UNION ALL
  SELECT 2, 'column', '', nspname, relname, a.attname, a.attnum FROM rel
    JOIN pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  -- those of a constraint are dumped as indexes, as constraints or not at all, as Rails' version is
  SELECT 3, 'index', CASE WHEN NOT i.indisvalid OR EXISTS (SELECT FROM pg_constraint k
                                                            WHERE k.conindid = i.indexrelid AND k.contype <> 'f')
                          THEN 'maybe' ELSE '' END, nspname, rel.relname, x.relname, 0
    FROM rel JOIN pg_index i ON i.indrelid = rel.oid AND NOT i.indisprimary
    JOIN pg_class x ON x.oid = i.indexrelid) listing
 ORDER BY part, nspname, relname, place, name
