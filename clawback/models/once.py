"""What is sealed once is not sealed again."""

import pgtrigger


def sealed_once(name):
    """From the moment its text is sealed a row is neither changed nor taken away.

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
            IF OLD.sealed_{name} <> '' AND
                    (to_jsonb(NEW) - 'wrapped_key') <> (to_jsonb(OLD) - 'wrapped_key') THEN
                RAISE EXCEPTION 'a row of a case is written once';
            END IF;
            RETURN NEW;
        """,
    )
