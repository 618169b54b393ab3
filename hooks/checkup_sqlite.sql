SELECT 'file', 'f', 'damage', quick_check, '' FROM pragma_quick_check(20) WHERE quick_check <> 'ok'
UNION ALL
SELECT 'reference', 'f', "table",
       printf('%d rows of %s refer to rows of %s that are not there', count(*), "table", parent), ''
  FROM pragma_foreign_key_check GROUP BY "table", parent
UNION ALL
SELECT 'primary key', CASE WHEN u.n > 0 OR u.joins THEN 'n' ELSE 'f' END, m.name,
       m.name || ' has no primary key' ||
       CASE WHEN u.n > 0 THEN ', but a unique index' WHEN u.joins THEN ', and only joins two tables'
            ELSE ': its rows cannot be told apart' END, ''
  FROM sqlite_master m
  JOIN (SELECT t.name, (SELECT count(*) FROM pragma_index_list(t.name) i WHERE i."unique" AND NOT i.partial) AS n,
               (SELECT count(*) = 2 AND min(c.name LIKE '%\_id' ESCAPE '\') FROM pragma_table_info(t.name) c) AS joins
          FROM sqlite_master t WHERE t.type = 'table') u ON u.name = m.name
 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
   AND m.name NOT IN ('schema_migrations', 'ar_internal_metadata') AND m.sql LIKE 'CREATE TABLE%'
   AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.pk)
 ORDER BY 1, 3
