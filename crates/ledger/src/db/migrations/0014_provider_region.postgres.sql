-- The provider's region that answered. Older entries have none.
ALTER TABLE entries ADD COLUMN provider_region TEXT COLLATE "C";
