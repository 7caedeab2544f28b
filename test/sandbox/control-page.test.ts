import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addProject } from '../../sandbox/kernel/places.ts';
import { writeManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { isCompleted } from '../../sandbox/procore/daily-log/day-headers.ts';
import { type ControlGround, controlToken, openControl } from './control-ground.ts';
import { type SmallWorld, serviceAccount, smallWorld } from './procore-ground.ts';

let small: SmallWorld;
let control: ControlGround;
let cookie: string;
beforeEach(async () => {
  small = smallWorld(() => Date.parse('2026-03-09T23:30:00Z'));
  control = await openControl(small.world);
  cookie = await signIn();
});
afterEach(() => control.close());

const cookieOf = (answer: Response): string => (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';

function open(path: string, headers: Record<string, string> = { cookie }): Promise<Response> {
  return fetch(`${control.origin}${path}`, { headers, redirect: 'manual' });
}

/** Sends a form as a browser does. */
function submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${control.origin}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: control.origin, ...headers },
    body: new URLSearchParams(fields),
  });
}

async function signIn(): Promise<string> {
  return cookieOf(await submit('/page/sign-in', { token: controlToken }, { cookie: '' }));
}

interface Form {
  action: string;
  fields: Record<string, string>;
}

/** The form whose button says this, with its hidden fields. Throws where the page has none such. */
async function formOn(path: string, button: string): Promise<Form> {
  const page = await (await open(path)).text();
  const forms = [...page.matchAll(/<form method="post" action="([^"]+)">([\s\S]*?)<\/form>/g)];
  const form = forms.find(([, , inside = '']) => textOf(/<button>[\s\S]*<\/button>/.exec(inside)?.[0] ?? '') === button);
  if (form === undefined) throw new Error(`${path} has no button "${button}"`);
  const hidden = [...(form[2] ?? '').matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return { action: form[1] ?? '', fields: Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value])) };
}

const textOf = (markup: string): string =>
  markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();

/** Presses a button; the page that follows. */
async function press(path: string, button: string, extra: Record<string, string> = {}): Promise<string> {
  const form = await formOn(path, button);
  const answer = await submit(form.action, { ...form.fields, ...extra });
  expect([button, answer.status]).toEqual([button, 303]);
  const next = await open(answer.headers.get('location') ?? '');
  return textOf(await next.text());
}

const projectPath = () => `/page/projects/${small.project.id}?day=2026-03-09`;
const companyPath = () => `/page/companies/${small.company.id}`;

describe('the door', () => {
  test('shows nothing without the token, and asks for it', async () => {
    for (const path of ['/page', companyPath(), projectPath(), '/page/switches']) {
      const answer = await open(path, {});
      const page = await answer.text();
      expect([path, answer.status, page.includes('Borealis')]).toEqual([path, 401, false]);
      expect(page).toContain('Control token');
    }
    expect((await submit('/page/sign-in', { token: 'wrong' }, { cookie: '' })).status).toBe(401);
    expect((await open('/page?token=wrong', {})).status).toBe(401);
  });

  test('takes the token in the address once and goes on without it', async () => {
    const answer = await open(`/page?token=${controlToken}`, {});
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/page']);
    const [given = ''] = answer.headers.getSetCookie();
    expect(given).toMatch(/HttpOnly/);
    expect(given).toMatch(/SameSite=Strict/);
    expect(given).not.toContain(controlToken);
    expect((await open('/page', { cookie: cookieOf(answer) })).status).toBe(200);
  });

  test('the cookie opens the page and not the control API', async () => {
    expect((await open('/tokens')).status).toBe(401);
  });

  test.each([undefined, 'http://localhost:3000', 'null'])('a form whose origin is %s changes nothing', async (origin) => {
    const form = await formOn(projectPath(), 'Complete the day 2026-03-09');
    const answer = await fetch(`${control.origin}${form.action}`, {
      method: 'POST',
      headers: { cookie, ...(origin === undefined ? {} : { origin }) },
      body: new URLSearchParams(form.fields),
    });
    expect(answer.status).toBe(403);
    expect(isCompleted(small.world, small.project.id, '2026-03-09')).toBe(false);
  });

  test('goes back to nowhere but its own pages', async () => {
    const form = await formOn(projectPath(), 'Complete the day 2026-03-09');
    const to = async (back: string) => (await submit(form.action, { ...form.fields, back })).headers.get('location');
    expect(await to(projectPath())).toBe(`${projectPath()}&done=1`);
    for (const back of ['https://evil.example/', '//evil.example', '/tokens', '/page/../tokens', '/page?x=1'])
      expect(await to(back)).toBe('/page?done=1');
  });

  test('may not be framed, scripted or kept', async () => {
    const { headers } = await open('/page');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('an admin', () => {
  test('finds a project through its company', async () => {
    expect(textOf(await (await open('/page')).text())).toContain('Borealis');
    const company = await (await open(companyPath())).text();
    expect(company).toContain(`/page/projects/${small.project.id}`);
    // Without a day: yesterday on site, which in Sydney is the 9th.
    expect(await (await open(`/page/projects/${small.project.id}`)).text()).toContain('Daily log of 2026-03-09');
  });

  test('completes a day and reopens it', async () => {
    expect(await press(projectPath(), 'Complete the day 2026-03-09')).toContain('This day is completed.');
    expect(isCompleted(small.world, small.project.id, '2026-03-09')).toBe(true);
    expect(await press(projectPath(), 'Reopen the day 2026-03-09')).toContain('This day is open.');
    expect(isCompleted(small.world, small.project.id, '2026-03-09')).toBe(false);
  });

  test('sees the entries of a day, approves one and deletes it', async () => {
    small.world.switches.set('pendingEntries', 'pending-below-admin');
    const entry = writeManpowerByHand(small.world, {
      projectId: small.project.id,
      by: small.people.ben.id,
      date: '2026-03-09',
      numWorkers: 4,
      numHours: '7.5',
      contactId: small.vendor.id,
    });
    const page = textOf(await (await open(projectPath())).text());
    expect(page).toContain("manpower 4 workers, 7.5 h each Ångström & Söhne Ben O'Hara, by hand pending");
    await press(projectPath(), `Approve manpower entry ${entry.id}`);
    expect(small.world.manpowerLogs.get(entry.id)?.status).toBe('approved');
    expect(await press(projectPath(), `Delete manpower entry ${entry.id}`)).toContain('Nothing was entered on this day.');
    expect(small.world.manpowerLogs.get(entry.id)).toBeUndefined();
  });

  test('switches a tool off and on, and required ones not at all', async () => {
    await press(projectPath(), 'Switch off Daily Log');
    expect(small.world.projects.get(small.project.id)?.tools).not.toContain('daily_log');
    await press(projectPath(), 'Switch on Daily Log');
    expect(small.world.projects.get(small.project.id)?.tools).toContain('daily_log');
    await expect(formOn(projectPath(), 'Switch off Directory')).rejects.toThrow('no button');
  });

  test('deactivates a project and brings it back', async () => {
    await press(projectPath(), 'Deactivate Pier 4');
    expect(small.world.projects.get(small.project.id)?.active).toBe(false);
    await press(projectPath(), 'Activate Pier 4');
    expect(small.world.projects.get(small.project.id)?.active).toBe(true);
  });

  test('takes the sync account off a project and adds it again with its default template', async () => {
    const { personId } = serviceAccount(small);
    const membership = () => small.world.memberships.get(`${small.project.id}:${personId}`);
    expect(await press(projectPath(), 'Remove Safety Sync Borealis')).toContain('no Add with no template');
    expect(membership()).toBeUndefined();
    await press(projectPath(), 'Add with no template Safety Sync Borealis');
    expect(membership()).toMatchObject({ source: 'directory', templateId: null });
  });

  test('sets a level in a template', async () => {
    const page = await press(companyPath(), 'Set in Company Admin', { tool: 'Permissions', level: 'Read Only' });
    expect(page).toContain('Permissions: Read Only');
    expect(small.world.templates.get(small.adminTemplate.id)?.levels['permissions']).toBe('Read Only');
  });

  test('disconnects an app and connects it again', async () => {
    const connected = () => small.world.installs.get(`${small.ours.id}:${small.company.id}`)?.connected;
    await press(companyPath(), 'Disconnect Groundwork');
    expect(connected()).toBe(false);
    await press(companyPath(), 'Connect Groundwork');
    expect(connected()).toBe(true);
  });

  test.each([
    ['completedDay', '422', '422'],
    ['retryAfterOn429', 'true', true],
    ['accessTokenSeconds', '60', 60],
  ] as const)('sets the switch %s to %s', async (name, value, kept) => {
    await press('/page/switches', `Set ${name}`, { value });
    expect(small.world.switches.get(name)).toBe(kept);
  });

  test('is told in words what was refused, and nothing changes', async () => {
    const form = await formOn('/page/switches', 'Set accessTokenSeconds');
    const refused = await submit(form.action, { ...form.fields, value: '-1' });
    expect([refused.status, textOf(await refused.text())]).toEqual([400, expect.stringContaining('takes a positive number')]);
    const unknown = await submit('/page/admin/projects/edit', { projectId: 'x', back: '/page' });
    expect([unknown.status, textOf(await unknown.text())]).toEqual([400, expect.stringContaining('projectId: an id is digits')]);
    expect((await submit('/page/admin/projects/explode', {})).status).toBe(404);
    expect((await open('/page/projects/1')).status).toBe(404);
  });
});

test('names are text and never markup', async () => {
  const name = `</title><script>alert("1")</script>'`;
  const project = addProject(small.world, { companyId: small.company.id, name });
  for (const path of [companyPath(), `/page/projects/${project.id}`]) {
    const page = await (await open(path)).text();
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)');
  }
});

test('every page can be read by a machine that reads aloud: language, one heading, named fields and buttons, captions', async () => {
  serviceAccount(small);
  for (const path of ['/page', companyPath(), projectPath(), '/page/switches', '/page/nowhere']) {
    const page = await (await open(path)).text();
    expect([path, page.match(/<html lang="en">/g)?.length, page.match(/<h1>/g)?.length]).toEqual([path, 1, 1]);
    expect([path, page.match(/<main /g)?.length, /<title>[^<]+<\/title>/.test(page)]).toEqual([path, 1, true]);
    const fields = [...page.matchAll(/(<label>[^<]*)?<(?:select|input)\b[^>]*>/g)].map(([field]) => field);
    const unnamed = fields.filter((field) => !/type="hidden"|aria-label="[^"]+"|^<label>[^<]+/.test(field));
    expect([path, unnamed]).toEqual([path, []]);
    const buttons = [...page.matchAll(/<button>([\s\S]*?)<\/button>/g)].map(([, inside = '']) => textOf(inside));
    expect([path, buttons.filter((name) => name === '')]).toEqual([path, []]);
    const acts = buttons.filter((name) => name !== 'Show');
    expect([path, new Set(acts).size]).toEqual([path, acts.length]);
    expect([path, page.match(/<table>/g)?.length]).toEqual([path, page.match(/<caption>/g)?.length]);
    expect([path, /<th>/.test(page)]).toEqual([path, false]);
  }
});
