// `npm start`. APP_MUTANT names a broken twin of this app, to see that `carom check` finds it.

import { createApp } from "./app.js";
import { Billing } from "./billing.js";
import { settingsFrom } from "./settings.js";
import { Store } from "./store.js";

const settings = settingsFrom(process.env);
const store = new Store(settings.journal);
const twin = process.env.APP_MUTANT;
const Kind = twin ? (await import(`./twins/${twin}.js`)).default : Billing;
createApp(settings, store, new Kind(settings, store)).listen(settings.port, "127.0.0.1", (fault) => {
  if (fault) throw fault;
  console.log(`http://127.0.0.1:${settings.port}`);
});
