-- Every change of keys, teams, users and models raises the revision; whoever listens to `fareway`
-- hears of it when it is committed. What speaks PostgreSQL's protocol and cannot do this is polled.
DO $do$
BEGIN
    CREATE OR REPLACE FUNCTION fareway_notify() RETURNS trigger LANGUAGE plpgsql AS $fn$
    BEGIN
        PERFORM pg_notify('fareway', NEW.value::text);
        RETURN NULL;
    END
    $fn$;
    DROP TRIGGER IF EXISTS revision_notify ON revision;
    CREATE TRIGGER revision_notify AFTER UPDATE ON revision
        FOR EACH ROW EXECUTE FUNCTION fareway_notify();
EXCEPTION WHEN feature_not_supported THEN NULL;
END
$do$;
