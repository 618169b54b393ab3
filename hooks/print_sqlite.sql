-- ActiveRecord rebuilds tables, whose text is another one then though they are
-- the same.  So they are told by their parts, and by their text only where that
-- says what no pragma does.
SELECT 'column' AS a, t.name AS b, printf('%04d', c.cid) AS c,
       c.name || '|' || c.type || '|' || c."notnull" || '|' || c.pk || '|' || c.hidden || '|' ||
       coalesce(nullif(c.dflt_value, 'NULL'), '') AS d
  FROM main.sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'
UNION ALL
SELECT 'reference', t.name, f.id || '.' || f.seq,
       f."table" || '|' || f."from" || '|' || coalesce(f."to", '') || '|' || f.on_update || '|' || f.on_delete || '|' || f."match"
  FROM main.sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
UNION ALL
SELECT 'text', name, '', sql
  FROM main.sqlite_master WHERE type = 'table' AND (sql LIKE '%CHECK%' OR sql LIKE '%COLLATE%' OR
       sql LIKE '%AUTOINCREMENT%' OR sql LIKE '% AS %' OR sql LIKE '%WITHOUT%' OR sql LIKE '%STRICT%' OR
       sql LIKE '%UNIQUE%' OR sql LIKE '%CONFLICT%' OR sql LIKE '%DEFERR%' OR sql LIKE '%VIRTUAL%')
UNION ALL
SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_master WHERE type <> 'table'
 ORDER BY 1, 2, 3, 4
