-- Names that `daily` does not count apart, since there are too many of them: under which it has an entry
-- instead. In entry_tags an empty name is that of a tag beside another one that is counted so.
ALTER TABLE entries ADD COLUMN counted_served TEXT COLLATE "C";
ALTER TABLE entries ADD COLUMN counted_tags TEXT COLLATE "C";
ALTER TABLE entry_tags ADD COLUMN counted TEXT COLLATE "C";
