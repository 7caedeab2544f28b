import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import type { Link, LiveAcme } from './live-acme.ts';

const refused = z.object({
  reason: z.string(),
  owner: z.string(),
  seen: z.string(),
  needed: z.string(),
  where: z.string(),
  since: z.string(),
});
const withStreams = z.object({ streams: z.array(z.object({ name: z.string(), refused: refused.nullable() })) });

/** A cause of Procore's that refuses a whole stream, made and mended there. */
interface Cause {
  readonly reason: string;
  readonly act: (live: LiveAcme, site: Link, done: 'make' | 'mend') => Promise<unknown>;
  readonly where: string;
}

const causes: readonly Cause[] = [
  {
    reason: 'tool-disabled',
    act: ({ stack }, { procore: { projectId } }, done) =>
      stack.control('POST', '/admin/tools/switch', { projectId, tool: 'daily_log', active: done === 'mend' }),
    where: 'Project → Admin → Tool Settings',
  },
  {
    reason: 'project-not-permitted',
    act: ({ stack, account: { personId } }, { procore: { projectId } }, done) =>
      stack.control('POST', `/admin/users/${done === 'mend' ? 'put-on-project' : 'take-off-project'}`, { projectId, personId }),
    where: 'Company Tools → Directory → the sync user → Projects → Add',
  },
  {
    reason: 'permission-too-low',
    act: ({ stack, acme }, _site, done) => {
      const template = acme.templates.find(({ name }) => name === 'HammerTech Sync Project Permissions');
      const level = done === 'mend' ? 'Admin' : 'Read Only';
      return stack.control('POST', '/admin/templates/edit', { templateId: template?.id, tool: 'daily_log', level });
    },
    where: 'Company Tools → Permissions → project template → Daily Log',
  },
  {
    reason: 'app-not-connected',
    act: ({ stack, acme, account: { credential } }, _site, done) =>
      stack.control('POST', `/admin/apps/${done === 'mend' ? 'connect' : 'disconnect'}`, {
        companyId: acme.id,
        clientId: credential.clientId,
      }),
    where: 'App Management',
  },
  {
    reason: 'company-not-visible',
    act: ({ stack, acme, account: { personId } }, _site, done) =>
      stack.control('POST', '/admin/users/edit', { companyId: acme.id, personId, active: done === 'mend' }),
    where: 'Company Tools → Directory → the sync user',
  },
];

/** Why Procore refuses a live stream: told everywhere a person may look, and over by itself once it is mended. */
export function describeRefusedStreams(of: () => LiveAcme): void {
  describe('a stream that Procore refuses', () => {
    let site: Link;
    beforeAll(async () => {
      const [first] = await of().links();
      if (first === undefined) throw new Error('no project is linked');
      site = first;
      const { projectId } = site.procore;
      await of().stack.control('POST', '/admin/projects/add-vendor', { projectId, vendorId: of().crew.vendorId });
    });

    const workersThere = () => of().workersOn(site.procore.projectId);
    const syncNow = () => of().syncNow(site);
    const refusal = async () =>
      withStreams
        .parse(await of().api.get(`/v1/project-links/${site.projectLinkId}`))
        .streams.find(({ name }) => name === 'manpower')?.refused;
    const itemsOf = async (state: 'open' | 'resolved') =>
      (await of().items(state, site)).filter(({ subject }) => subject === 'stream:manpower');
    const page = () => of().watch.run(site.workflowId).page();

    test.each(causes)(
      '$reason: the answer, the link, an item and the run’s page say so; mended in Procore, all are clear and the record is written once',
      async ({ reason, act, where }) => {
        const before = await workersThere();
        await act(of(), site, 'make');
        await of().signIn(site.atPartner.projectId);
        const says = await eventually('the refusal to be answered', async () => {
          const text = await syncNow();
          return text.includes(`manpower: refused, ${reason}: `) && text;
        });
        expect(says).not.toContain('created');
        const seen = await refusal();
        expect(seen).toMatchObject({ reason, owner: 'admin', where: expect.stringContaining(where) });
        expect(await itemsOf('open')).toMatchObject([{ reason }]);
        const text = await eventually('the page to tell it', async () => {
          const shown = await page();
          return shown.startsWith(`# Refused: manpower (${reason})`) && shown;
        });
        expect(text).toContain(`**stream manpower** waits for **admin** since ${seen?.since.slice(0, 16).replace('T', ' ')} UTC`);
        expect(text).toMatch(/- (Needed|Cure): \S/);
        expect(await workersThere()).toBe(before);
        await syncNow();
        expect((await refusal())?.since).toBe(seen?.since);

        const mended = (await itemsOf('resolved')).length;
        await act(of(), site, 'mend');
        await eventually(
          'the stream to be good again',
          async () => (await syncNow()).startsWith('manpower: ') && (await refusal()) === null,
        );
        expect(await itemsOf('open')).toEqual([]);
        expect((await itemsOf('resolved')).length).toBe(mended + 1);
        expect((await itemsOf('resolved')).every(({ resolution }) => resolution === 'mended')).toBe(true);
        await eventually('the record to be written', async () => (await workersThere()) === before + 1);
        expect(await page()).not.toContain('# Refused');
      },
      120_000,
    );
  });
}
