"""What is sealed once is not sealed again."""

import pgtrigger


def sealed_once(name):
    """A row that is written once, its text sealed right after it: never changed nor taken away.

    Its key may be wrapped anew: that changes what opens it, and not a word of it.
    """
    return pgtrigger.Trigger(
        name="is_sealed_once",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a row of a case is never deleted';
            END IF;
            IF (to_jsonb(NEW) - ARRAY['wrapped_key', 'sealed_{name}'])
                    <> (to_jsonb(OLD) - ARRAY['wrapped_key', 'sealed_{name}'])
                    OR (OLD.sealed_{name} <> '' AND NEW.sealed_{name} <> OLD.sealed_{name}) THEN
                RAISE EXCEPTION 'a row of a case is written once';
            END IF;
            RETURN NEW;
        """,
    )
