//! Brings what the spool holds into the store, exactly once.
