SELECT kind, one, nspname, relname, name FROM (
  SELECT 0 AS part, 'schema' AS kind, '' AS one, 'main' AS nspname, '' AS relname, '' AS name, 0 AS place
  UNION ALL
  SELECT 1, 'table', CASE WHEN sql LIKE 'CREATE TABLE%' THEN '' ELSE 'maybe' END, 'main', name, '', 0
    FROM sqlite_master WHERE type = 'table'
  UNION ALL
  SELECT 2, 'column', '', 'main', m.name, c.name, c.cid FROM sqlite_master m, pragma_table_info(m.name) c
   WHERE m.type = 'table'
  UNION ALL
  SELECT 3, 'index', '', 'main', tbl_name, name, 0 FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL)
 WHERE relname NOT LIKE 'sqlite\_%' ESCAPE '\' AND relname NOT IN ('schema_migrations', 'ar_internal_metadata')
 ORDER BY part, nspname, relname, place, name
