WITH own AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'),
rel AS (
  SELECT c.*, own.nspname, c.oid::regclass::text AS named
    FROM pg_class c JOIN own ON own.oid = c.relnamespace
   WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                     AND d.objid = c.oid AND d.deptype = 'e')),
me AS (
  SELECT r.oid, r.rolname, r.rolsuper, r.rolconnlimit, d.datname, d.datconnlimit
    FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()),
-- What kind a session of another user is, not everybody is shown.
clients AS (
  SELECT * FROM pg_stat_activity
   WHERE datname IS NOT NULL AND usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
     AND pid <> pg_backend_pid()),
here AS (SELECT * FROM clients WHERE datname = current_database()),
-- A sequence, and the column that takes its numbers: by ownership, or by its default alone.
taker AS (
  SELECT DISTINCT x.seq, a.attrelid, a.attname, a.atttypid FROM (
    SELECT objid AS seq, refobjid AS rel, refobjsubid AS num FROM pg_depend
     WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
       AND deptype IN ('a', 'i') AND refobjsubid > 0
    UNION ALL
    SELECT p.refobjid, d.adrelid, d.adnum FROM pg_depend p JOIN pg_attrdef d ON d.oid = p.objid
     WHERE p.classid = 'pg_attrdef'::regclass AND p.refclassid = 'pg_class'::regclass
       AND p.refobjid <> d.adrelid) x
    JOIN pg_attribute a ON a.attrelid = x.rel AND a.attnum = x.num),
counter AS (
  SELECT rel.named, t.attrelid::regclass::text AS owner, t.attname, format_type(t.atttypid, NULL) AS type,
         least(s.seqmax, CASE t.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647
                         ELSE s.seqmax END) AS most,
         CASE WHEN has_sequence_privilege(rel.oid, 'SELECT, USAGE')
              THEN pg_sequence_last_value(rel.oid::regclass) END AS last
    FROM pg_sequence s JOIN rel ON rel.oid = s.seqrelid LEFT JOIN taker t ON t.seq = s.seqrelid
   WHERE s.seqincrement > 0 AND NOT s.seqcycle)
SELECT * FROM (
SELECT 'limit' AS kind, 'n' AS gravity, 'the server' AS subject,
       (current_setting('max_connections')::int - CASE WHEN me.rolsuper THEN 0
         ELSE current_setting('superuser_reserved_connections')::int +
              coalesce(current_setting('reserved_connections', true), '0')::int END)::text AS text,
       (SELECT count(*) FROM clients)::text AS mend FROM me
UNION ALL
SELECT 'limit', 'n', 'the database', datconnlimit::text, (SELECT count(*) FROM here)::text
  FROM me WHERE datconnlimit >= 0 AND NOT rolsuper
UNION ALL
SELECT 'limit', 'n', 'the role ' || rolname, rolconnlimit::text,
       (SELECT count(*) FROM clients WHERE usesysid = me.oid)::text
  FROM me WHERE rolconnlimit >= 0 AND NOT rolsuper
UNION ALL
SELECT 'transaction', 'f', 'pid ' || pid,
       format('pid %s (%s): %s, transaction begun %s ago; query: %s', pid,
              regexp_replace(coalesce(nullif(application_name, ''), 'unknown'), '[[:cntrl:]]+', ' ', 'g'), state,
              date_trunc('second', clock_timestamp() - xact_start),
              left(regexp_replace(query, '[[:cntrl:][:space:]]+', ' ', 'g'), 100)),
       format('hookrun db unblock %s%s', pid, CASE WHEN state = 'active' THEN '' ELSE ' --terminate' END)
  FROM here WHERE clock_timestamp() - xact_start >= make_interval(secs => @AGE@)
UNION ALL
SELECT 'transaction', 'f', gid,
       format('prepared transaction %L of %s, %s ago: it holds its locks until somebody commits it or rolls it back',
              gid, owner, date_trunc('second', clock_timestamp() - prepared)), ''
  FROM pg_prepared_xacts WHERE database = current_database()
   AND clock_timestamp() - prepared >= make_interval(secs => @AGE@)
UNION ALL
SELECT 'transaction', 'n', 'others',
       format('what other users do is not shown to this user (see pg_read_all_stats): %s of the sessions', count(*)), ''
  FROM here WHERE query = '<insufficient privilege>' HAVING count(*) > 0
UNION ALL
SELECT 'index', 'f', x.named,
       format('%s on %s is not valid: no query uses it', x.named, i.indrelid::regclass),
       CASE WHEN x.relkind = 'I' THEN ''
            WHEN x.relname ~ '_cc(new|old)[0-9]*$' THEN format('DROP INDEX CONCURRENTLY %s', x.named)
            ELSE format('REINDEX INDEX CONCURRENTLY %s', x.named) END
  FROM pg_index i JOIN rel x ON x.oid = i.indexrelid
 WHERE NOT i.indisvalid
   -- one that is being built has this lock on its table
   AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.relation = i.indrelid AND l.granted
                   AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_backend_pid())
UNION ALL
SELECT 'constraint', 'f', k.conname,
       format('%s of %s is not validated: rows of before may break it', k.conname, rel.named),
       format('ALTER TABLE %s VALIDATE CONSTRAINT %I', rel.named, k.conname)
  FROM pg_constraint k JOIN rel ON rel.oid = k.conrelid
 WHERE NOT k.convalidated AND k.conparentid = 0
   AND coalesce(to_jsonb(k) ->> 'conenforced', 'true') = 'true'
UNION ALL
SELECT 'sequence', 'f', named,
       format('%s is at %s of %s (%s %%)%s', named, last, most, round(100.0 * last / most),
              CASE WHEN attname IS NULL THEN ''
                   ELSE format(', the most that %s.%s (%s) can take', owner, attname, type) END),
       CASE WHEN type IN ('integer', 'smallint')
            THEN format('in a migration: change_column :%s, :%s, :bigint', owner, attname) ELSE '' END
  FROM counter WHERE last >= 0.75 * most
UNION ALL
SELECT 'primary key', CASE WHEN u.n > 0 OR a.joins THEN 'n' ELSE 'f' END, rel.named,
       format('%s has no primary key%s', rel.named,
              CASE WHEN u.n > 0 THEN ', but a unique index'
                   WHEN a.joins THEN ', and only joins two tables'
                   ELSE ': its rows cannot be told apart' END), ''
  FROM rel, LATERAL (SELECT count(*) AS n FROM pg_index i
                      WHERE i.indrelid = rel.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL) u,
       LATERAL (SELECT count(*) = 2 AND bool_and(attname LIKE '%\_id') AS joins FROM pg_attribute
                 WHERE attrelid = rel.oid AND attnum > 0 AND NOT attisdropped) a
 WHERE relkind IN ('r', 'p') AND NOT relispartition AND relpersistence <> 't'
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = rel.oid AND k.contype = 'p')
   AND relname NOT IN ('schema_migrations', 'ar_internal_metadata')
 ) everything ORDER BY kind <> 'limit', kind, subject, text
