// What the app remembers. A line of the journal is a set of writes that belong together: it is
// synced to disk before anything is answered, so a line that was cut off by a crash was never
// acknowledged, and never happened. For one process; with several, use a database.

import { appendFileSync, fsyncSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";

export class Store {
  #file;
  #length;
  #tables = new Map();

  constructor(path) {
    this.#file = openSync(path, "a+", 0o600);
    const whole = readFileSync(this.#file);
    this.#length = whole.lastIndexOf("\n") + 1;
    ftruncateSync(this.#file, this.#length);
    const lines = whole.subarray(0, this.#length).toString().split("\n").slice(0, -1);
    for (const line of lines) this.#apply(JSON.parse(line));
    // Who this journal is, towards Stripe: part of every idempotency key.
    if (!this.get("installation", "name")) this.commit([["installation", "name", randomUUID()]]);
  }

  get(table, key) {
    return this.#tables.get(table)?.get(String(key));
  }

  count(table) {
    return this.#tables.get(table)?.size ?? 0;
  }

  /** All of these `[table, key, value]` or none. Nobody reads in between: Node runs one thing at a time. */
  commit(writes) {
    const line = Buffer.from(JSON.stringify(writes) + "\n");
    try {
      appendFileSync(this.#file, line);
      fsyncSync(this.#file);
    } catch (fault) {
      ftruncateSync(this.#file, this.#length); // a full disk leaves no half line behind
      throw fault;
    }
    this.#length += line.length;
    this.#apply(writes);
  }

  #apply(writes) {
    for (const [table, key, value] of writes) {
      if (!this.#tables.has(table)) this.#tables.set(table, new Map());
      this.#tables.get(table).set(String(key), value);
    }
  }
}
