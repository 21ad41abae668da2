-- The client's IP address. Older entries have none.
ALTER TABLE entries ADD COLUMN client_ip TEXT;
