// Asks the app (never Stripe) whether the webhook has landed, and moves on when it has.
// Without JavaScript the page reloads itself instead.
const card = document.getElementById("return");
const forAccess = card.dataset.waitsFor === "access";
const shown = forAccess ? null : JSON.stringify(JSON.parse(card.dataset.shown));
const EVERY_MS = 1500;
const TRIES = forAccess ? 40 : 12;

async function look() {
  const answer = await fetch("/api/entitlement", { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

function giveUp() {
  card.querySelector(".during").hidden = true;
  card.querySelector(".after").hidden = false;
}

async function wait(tries) {
  if (tries === 0) return giveUp();
  const now = await look().catch(() => null); // offline for a moment: ask again
  if (now && forAccess && now.access) return location.reload();
  if (now && !forAccess && JSON.stringify(now) !== shown) return location.assign("/billing");
  setTimeout(wait, EVERY_MS, tries - 1);
}

wait(TRIES);
