-- The API that was spoken. Older entries have none: all of them are chats.
ALTER TABLE entries ADD COLUMN api TEXT COLLATE "C";
