-- Who this database is, towards Stripe: part of every idempotency key. Without it a database that is
-- made anew, whose ids begin again at 1, would inherit the customers of the old one.
CREATE TABLE IF NOT EXISTS installation (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL);
INSERT OR IGNORE INTO installation VALUES (1, lower(hex(randomblob(16))));

-- checkout: the purchase that was begun and of whose outcome nothing was heard yet.
CREATE TABLE IF NOT EXISTS organisations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    customer TEXT UNIQUE,
    deleted_customer TEXT,
    checkout TEXT
);

CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    organisation INTEGER NOT NULL REFERENCES organisations (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'member'))
);

-- The two that only the webhook handler writes: see database.py. Times are Unix seconds.
CREATE TABLE IF NOT EXISTS entitlements (
    organisation INTEGER PRIMARY KEY REFERENCES organisations (id),
    plan TEXT NOT NULL,
    status TEXT NOT NULL,
    access INTEGER NOT NULL,
    cancel_at_period_end INTEGER NOT NULL,
    cancel_at INTEGER,
    current_period_end INTEGER
);
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, type TEXT NOT NULL);
