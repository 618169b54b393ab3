SELECT current_setting('server_version_num') || ' ' || current_user || ' ' ||
       current_setting('search_path') || ' ' ||
       md5(coalesce(string_agg(x, E'\n' ORDER BY x COLLATE "C"), ''))
FROM (
  WITH own AS (
    SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
     WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'),
  rel AS (
    SELECT c.*, own.nspname, format('%I.%I', own.nspname, c.relname) AS named
      FROM pg_class c JOIN own ON own.oid = c.relnamespace),
  typ AS (
    SELECT t.*, format('%I.%I', own.nspname, t.typname) AS named
      FROM pg_type t JOIN own ON own.oid = t.typnamespace),
  fun AS (
    SELECT p.*, format('%I.%I(%s)', own.nspname, p.proname,
                       pg_get_function_identity_arguments(p.oid)) AS named
      FROM pg_proc p JOIN own ON own.oid = p.pronamespace
     WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                       AND d.objid = p.oid AND d.deptype = 'e'))
  SELECT concat_ws('|', 'schema', nspname, nspowner::regrole, nspacl::text) AS x FROM own
  UNION ALL
  SELECT concat_ws('|', 'relation', named, relkind, relpersistence, relreplident, relowner::regrole,
                   reltablespace, relam, relrowsecurity, relforcerowsecurity, relispartition,
                   reloptions::text, coalesce(relacl::text, '-'),
                   pg_get_expr(relpartbound, oid),
                   CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END,
                   CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)
    FROM rel WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S', 'i', 'I')
  UNION ALL
  SELECT concat_ws('|', 'column', rel.named,
                   row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), a.attname,
                   format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                   a.attcollation::regcollation, a.attstorage, a.attstattarget, a.attislocal, a.attinhcount,
                   a.attoptions::text, coalesce(a.attacl::text, '-'),
                   coalesce(to_jsonb(a) ->> 'attcompression', '-'), pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN rel ON rel.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attnum > 0 AND NOT a.attisdropped AND rel.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
  UNION ALL
  SELECT concat_ws('|', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready, i.indisclustered,
                   i.indisreplident, i.indisprimary)
    FROM pg_index i JOIN rel ON rel.oid = i.indrelid
  UNION ALL
  SELECT concat_ws('|', 'constraint', k.conname, rel.named, typ.named, pg_get_constraintdef(k.oid), k.convalidated,
                   k.conislocal, k.coninhcount, k.connoinherit)
    FROM pg_constraint k LEFT JOIN rel ON rel.oid = k.conrelid LEFT JOIN typ ON typ.oid = k.contypid
   WHERE rel.oid IS NOT NULL OR typ.oid IS NOT NULL
  UNION ALL
  SELECT concat_ws('|', 'inherits', i.inhrelid::regclass, i.inhparent::regclass, i.inhseqno)
    FROM pg_inherits i JOIN rel ON rel.oid = i.inhrelid
  UNION ALL
  SELECT concat_ws('|', 'sequence', rel.named, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin,
                   s.seqcache, s.seqcycle, d.refobjid::regclass, d.refobjsubid > 0)
    FROM pg_sequence s JOIN rel ON rel.oid = s.seqrelid
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i')
  UNION ALL
  SELECT concat_ws('|', 'type', typ.named, typtype, typowner::regrole, typnotnull, typdefault,
                   CASE WHEN typtype = 'd' THEN format_type(typbasetype, typtypmod) END,
                   coalesce(typacl::text, '-'), e.enums, r.rngsubtype::regtype)
    FROM typ
    LEFT JOIN (SELECT enumtypid, string_agg(enumlabel, ',' ORDER BY enumsortorder) AS enums
                 FROM pg_enum GROUP BY 1) e ON e.enumtypid = typ.oid
    LEFT JOIN pg_range r ON r.rngtypid = typ.oid
   WHERE typtype IN ('e', 'd', 'r', 'm')
  UNION ALL
  SELECT concat_ws('|', 'function', named, proowner::regrole, coalesce(proacl::text, '-'),
                   CASE WHEN prokind IN ('f', 'p', 'w') THEN pg_get_functiondef(oid) ELSE prokind::text END)
    FROM fun
  UNION ALL
  SELECT concat_ws('|', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled)
    FROM pg_trigger t JOIN rel ON rel.oid = t.tgrelid WHERE NOT t.tgisinternal
  UNION ALL
  SELECT concat_ws('|', 'rule', pg_get_ruledef(w.oid), w.ev_enabled)
    FROM pg_rewrite w JOIN rel ON rel.oid = w.ev_class WHERE w.rulename <> '_RETURN'
  UNION ALL
  SELECT concat_ws('|', 'policy', rel.named, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
                   pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy p JOIN rel ON rel.oid = p.polrelid
  UNION ALL
  SELECT concat_ws('|', 'statistics', pg_get_statisticsobjdef(s.oid)) FROM pg_statistic_ext s
  UNION ALL
  SELECT concat_ws('|', 'extension', extname, extversion, extnamespace::regnamespace) FROM pg_extension
  UNION ALL
  SELECT concat_ws('|', 'comment', (pg_identify_object(classoid, objoid, objsubid)).identity, description)
    FROM pg_description WHERE objoid >= 16384
  UNION ALL
  SELECT concat_ws('|', 'defaults', d.defaclrole::regrole, d.defaclnamespace, d.defaclobjtype, d.defaclacl::text)
    FROM pg_default_acl d
  UNION ALL
  SELECT concat_ws('|', 'event trigger', evtname, evtevent, evtenabled, evtfoid::regproc) FROM pg_event_trigger
  UNION ALL
  SELECT concat_ws('|', 'others',
    (SELECT count(*) FROM pg_cast WHERE oid >= 16384), (SELECT count(*) FROM pg_operator WHERE oid >= 16384),
    (SELECT count(*) FROM pg_opclass WHERE oid >= 16384), (SELECT count(*) FROM pg_collation WHERE oid >= 16384),
    (SELECT count(*) FROM pg_ts_config WHERE oid >= 16384), (SELECT count(*) FROM pg_publication_rel),
    (SELECT count(*) FROM pg_foreign_server))
) everything
