import { expect, test } from '@jest/globals';
import type { Outcome } from '../../../shared/domain/steps.ts';
import type { PartnerLoginFacts } from '../../../shared/partners/contract.ts';
import { verifyPartner } from '../../../shared/partners/part3/checks/verify-partner.ts';
import type { Part3Client } from '../../../shared/partners/part3/client.ts';
import { createPart3 } from '../../../shared/partners/part3/index.ts';
import type { Part3Company, Part3Project } from '../../../shared/partners/part3/schema.ts';
import type { InvitationFacts } from '../../../shared/partners/people.ts';
import { lookingContext } from '../../conformance/check-context.ts';

type Firm = readonly [name: string | null, role: Part3Company['role']];

interface Site {
  readonly id: string;
  readonly name: string;
  readonly status?: Part3Project['status'];
  readonly firms: readonly Firm[];
}

const north: Firm = ['North Studio', 'prime-consultant'];
const tidewater: Firm = ['Tidewater Structures', 'consultant'];
const tower: Site = { id: 'tower', name: 'Harbour Tower', firms: [tidewater, north] };
const depot: Site = { id: 'depot', name: 'Rail Depot', firms: [north] };
/** Another organisation's: of the same name, as it may be. */
const theirs: Site = { id: 'theirs', name: 'Harbour Tower', firms: [['South Atelier', 'prime-consultant']] };

const modified = '2026-03-01T00:00:00.000Z';

async function* pageOf<Row>(rows: readonly Row[]): AsyncIterable<readonly Row[]> {
  yield rows;
}

interface Asked {
  readonly organisation?: string;
  readonly serves?: PartnerLoginFacts['serves'];
  /** The project that the connection is for. */
  readonly of?: { readonly projectId: string; readonly state?: InvitationFacts['state']; readonly isBound?: boolean };
}

/** What is said of a token that sees these projects; and of which of them the companies were read. */
async function judged(sites: readonly Site[], { organisation = 'North Studio', serves = false, of }: Asked = {}) {
  const looked: string[] = [];
  const client: Pick<Part3Client, 'projects' | 'companies'> = {
    projects: () => pageOf(sites.map(({ id, name, status = 'active' }) => ({ id, name, status, number: null, modified }))),
    companies: (projectId) => {
      looked.push(projectId);
      const firms = sites.find(({ id }) => id === projectId)?.firms ?? [];
      return pageOf(firms.map(([name, role]) => ({ id: `${projectId}-${name}`, projectId, name, role, modified })));
    },
  };
  const context = lookingContext(createPart3(), 'everything', new Error('Procore is not asked'));
  const { people } = context;
  if (people?.invitation == null) throw new Error('the context knows everything');
  const { projectId, state = 'sent', isBound = false } = of ?? { projectId: '' };
  const invitation = of
    ? { ...people.invitation, state, partnerProjectId: projectId, partnerProjectName: 'Harbour Tower' }
    : null;
  const { outcome } = await verifyPartner({
    ...context,
    people: { ...people, invitation, boundProject: isBound ? people.boundProject : null },
    partnerLogin: { shown: { organisation }, serves },
    partnerClient: async () => client,
  });
  return { outcome, looked };
}

const said = async (sites: readonly Site[], asked?: Asked): Promise<Outcome> => (await judged(sites, asked)).outcome;
const refused = (seen: string) => ({ state: 'stuck', reason: 'partner-scope-missing', on: 'admin', seen });
const met = { state: 'met' };

test.each(['North Studio', '  north   STUDIO ', 'North-Studio', 'Nörth Studio'])(
  'a token is of the organisation “%s” that leads a project it sees',
  async (organisation) => {
    expect(await said([theirs, tower], { organisation })).toMatchObject(met);
  },
);

test.each(['North', 'North Studio 2', 'Studio North', '?'])('“%s” is no spelling of North Studio', async (organisation) => {
  expect(await said([tower], { organisation })).toMatchObject({ state: 'stuck', reason: 'partner-scope-missing' });
});

test('a token of another organisation is refused with whose projects it sees, what is needed, and where that is', async () => {
  expect(await said([theirs])).toEqual({
    ...refused('Part3 shows this token projects of South Atelier, none of North Studio, the name that was submitted with it.'),
    needed: 'The token of North Studio; or, if that is another name of it, the name that Part3 shows.',
    where: 'At Part3: the settings of your organisation; then submit name and token on this page: Part3 token.',
  });
});

test('who only takes part in a project is not the organisation that leads it', async () => {
  expect(await said([tower], { organisation: 'Tidewater Structures' })).toMatchObject(
    refused(
      'Tidewater Structures takes part in Harbour Tower at Part3, but does not lead it as prime consultant: North Studio does.',
    ),
  );
});

test('where nobody leads the projects it cannot be told whose token it is, and it is refused', async () => {
  const nameless: Site = { ...tower, firms: [[null, 'prime-consultant'], tidewater] };
  expect(await said([nameless])).toMatchObject(
    refused('Part3 names no prime consultant of Harbour Tower, so it cannot be told whose token this is.'),
  );
});

test('projects are looked at from the one that changed last, until one is found, and a dozen at most', async () => {
  const many = Array.from({ length: 30 }, (_, place): Site => ({ ...theirs, id: `p-${place}` }));
  expect((await judged([...many, tower, theirs])).looked).toEqual(['theirs', 'tower']);
  expect((await judged(many)).looked).toHaveLength(12);
});

test('archived projects alone are none', async () => {
  expect(await said([{ ...tower, status: 'archived' }])).toMatchObject(
    refused('Part3 accepts the token, but shows it no active project.'),
  );
});

test.each([false, true])(
  'a token of the other organisation, with its own name, does not see the project (bound: %s)',
  async (isBound) => {
    expect(await said([theirs], { organisation: 'South Atelier', of: { projectId: 'tower', isBound } })).toMatchObject({
      ...refused(
        'Part3 shows this token projects of South Atelier, but not the project Harbour Tower, which this connection is for.',
      ),
      needed: 'A token of the prime consultant of Harbour Tower, with the name of its organisation.',
    });
  },
);

test('a token of the organisation that sees its other projects alone is refused too', async () => {
  expect(await said([depot], { of: { projectId: 'tower' } })).toMatchObject(
    refused('Part3 shows this token projects of North Studio, but not the project Harbour Tower, which this connection is for.'),
  );
});

test('a project of the invitation is asked of the token until it is taken back; a bound one for good', async () => {
  expect(await said([depot], { of: { projectId: 'tower', state: 'withdrawn' } })).toMatchObject(met);
  expect(await said([depot], { of: { projectId: 'tower', state: 'withdrawn', isBound: true } })).toMatchObject({
    state: 'stuck',
  });
  expect(await said([depot, tower], { of: { projectId: 'tower', isBound: true } })).toMatchObject(met);
});

test('a new token is refused under another name than leads the project; the one that serves stands where the organisation was renamed', async () => {
  const of = { projectId: 'tower', isBound: true };
  expect(await said([tower], { organisation: 'Northern Lights', of })).toMatchObject(
    refused('Part3 shows this token projects of North Studio, none of Northern Lights, the name that was submitted with it.'),
  );
  expect(await said([tower], { organisation: 'Northern Lights', of, serves: true })).toMatchObject(met);
  expect(await said([theirs], { of, serves: true })).toMatchObject({ state: 'stuck', reason: 'partner-scope-missing' });
});

test('an archived project is not invited to; connected, it is no fault of the token, and is told', async () => {
  const archived: Site = { ...tower, status: 'archived' };
  expect(await said([archived, depot], { of: { projectId: 'tower' } })).toMatchObject(
    refused('Harbour Tower is archived at Part3: nothing can be written there.'),
  );
  expect(await said([archived], { of: { projectId: 'tower', isBound: true } })).toMatchObject({
    ...met,
    warnings: ['Harbour Tower is archived at Part3: nothing can be written there.'],
  });
});
