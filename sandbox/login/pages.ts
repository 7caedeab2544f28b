import type { Person } from '../kernel/model.ts';
import type { App } from '../kernel/model-apps.ts';
import type { World } from '../kernel/world.ts';

/** What a client asks for when it sends a person here. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  /** Echoed back as it came; null when the client sent none. */
  state: string | null;
}

/** Text made safe for HTML, attributes included. */
function safe(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function frame(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
label { display: block; padding: .4rem .2rem; border-bottom: 1px solid #ddd } small { color: #555 }
button { font: inherit; padding: .5rem 1.2rem; margin: 1rem .5rem 0 0 }
.note { background: #fff3d6; padding: .5rem .8rem }
</style></head><body>
<p class="note">Sandbox: this stands in for Procore's sign-in page. No real account is involved.</p>
${content}
</body></html>`;
}

/** One radio button a person, with the companies they are in. */
export function signInPage(world: World, app: App, { clientId, redirectUri, state }: AuthorizationRequest): string {
  const hidden = { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', ...(state === null ? {} : { state }) };
  const inputs = Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${name}" value="${safe(value)}">`);
  return frame(
    'Sign in to Procore (sandbox)',
    `<main><h1>Sign in to Procore</h1>
<p><strong>${safe(app.name)}</strong> asks to act for you in Procore.</p>
<form method="post" action="/oauth/authorize">${inputs.join('')}
<fieldset><legend>Who are you?</legend>${signers(world)
      .map((person) => choice(world, person))
      .join('')}</fieldset>
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" formnovalidate>Deny</button></form></main>`,
  );
}

/** More people than fit a page are left to their code by the control API. */
const maxSigners = 60;
/** Whoever a world begins with: the named people of its stories, also those without rights in a company. */
const firstSigners = 30;

/** People with a login: the world's first, then those with company rights of their own. */
function signers(world: World): Person[] {
  const rights = (person: Person): number =>
    world.companyUsers.filter((user) => user.personId === person.id && user.companyTemplateId !== null).length;
  const people = world.people.filter((person) => person.serviceOfAppId === null);
  const byRights = people
    .map((person) => ({ person, rights: rights(person) }))
    .sort((a, b) => b.rights - a.rights)
    .slice(0, maxSigners)
    .map(({ person }) => person);
  return [...new Set([...people.slice(0, firstSigners), ...byRights])];
}

function choice(world: World, { id, firstName, lastName, email }: Person): string {
  const places = world.companyUsers
    .filter((user) => user.personId === id && user.active)
    .map((user) => world.companies.get(user.companyId)?.name ?? '');
  return `<label><input type="radio" name="person" value="${id}" required> ${safe(`${firstName} ${lastName}`)}
<small>${safe(email)}${places.length > 0 ? ` · ${safe(places.join(', '))}` : ''}</small></label>`;
}

export function errorPage(message: string): string {
  return frame('An error has occurred', `<main><h1>An error has occurred</h1><p role="alert">${safe(message)}</p></main>`);
}

export function codePage(code: string): string {
  return frame(
    'Authorization code',
    `<main><h1>Authorization code</h1><p><code id="authorization_code">${safe(code)}</code></p></main>`,
  );
}
