// One at a time for each key, in the order of asking. One process only: with several, lock a row.

const tails = new Map();

/** What `work` returns, once everybody who asked before for this key is done. */
export async function locked(key, work) {
  const before = tails.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  const tail = mine.catch(() => {});
  tails.set(key, tail);
  try {
    return await mine;
  } finally {
    if (tails.get(key) === tail) tails.delete(key);
  }
}
