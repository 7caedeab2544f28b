import { z } from 'zod';
import { accessLevels } from '../kernel/levels.ts';
import type { World } from '../kernel/world.ts';
import { issueCode, issueCredential } from '../login/credentials.ts';
import { profiles } from '../seed/seed.ts';
import { idField, personField, personIdOf } from './fields.ts';
import { act, type Route } from './route.ts';

const levels = z.record(z.string(), z.enum(accessLevels));

const credentialSchema = z
  .strictObject({
    companyId: idField,
    kind: z.enum(['legacy', 'customer-app', 'dmsa']),
    fresh: z.boolean().default(false).meta({
      description: 'For `legacy`: make a new account without rights instead of handing out the one set up by the guide.',
    }),
    name: z.string().min(1).exactOptional(),
    permittedProjectIds: z.array(idField).exactOptional().meta({ description: 'By default all active projects.' }),
    manifest: z.strictObject({ company: levels, project: levels }).exactOptional(),
  })
  .meta({ id: 'CredentialRequest' });

/** A service credential of a company: the seeded "HammerTech Sync" for `legacy` unless a fresh one is wanted, else a new app. */
function credentialFor(world: World, { fresh, ...request }: z.output<typeof credentialSchema>): object {
  const { companyId, kind } = request;
  const seeded = world.apps.find((app) => app.kind === 'legacy' && app.companyId === companyId);
  if (kind === 'legacy' && !fresh && seeded !== undefined) {
    const { clientId, clientSecret, id, servicePersonId } = seeded;
    return { clientId, clientSecret, appId: id, personId: servicePersonId };
  }
  const active = world.projects.filter((project) => project.companyId === companyId && project.active);
  return issueCredential(world, {
    ...request,
    permittedProjectIds: request.permittedProjectIds ?? (kind === 'legacy' ? [] : active.map((project) => project.id)),
  });
}

const seedSchema = z.strictObject({
  profile: z.enum(profiles).default('demo'),
  disabledToolSite: z.boolean().default(false).meta({
    description: 'HammerTech also knows the project whose Daily Log is switched off.',
  }),
  crewsWithoutVendor: z.boolean().default(false).meta({
    description: 'Employers that Procore has no vendor for sign in too, on AC-102.',
  }),
});

/** Puts the sandbox back to a seed; what it answers is a summary. */
export type Reseed = (options: z.output<typeof seedSchema>) => object;

/** What can be done beside the admin's verbs. */
export function actRoutes(world: World, reseed: Reseed): Route[] {
  return [
    act('post', '/credentials', 'Hands out a service credential.', credentialSchema, (body) => credentialFor(world, body)),
    act(
      'post',
      '/codes',
      'An authorization code as if that person had signed in and allowed it.',
      z.strictObject({ person: personField, clientId: z.string().min(1), redirectUri: z.string().min(1) }),
      (body) => issueCode(world, { ...body, person: personIdOf(world, body.person) }),
    ),
    act(
      'post',
      '/clock',
      'Moves the clock forward.',
      z.strictObject({
        advanceMs: z
          .number()
          .min(0)
          .max(10 * 365 * 86_400_000),
      }),
      ({ advanceMs }) => ({ now: new Date(world.clock.advance(advanceMs)).toISOString() }),
    ),
    act('post', '/reset', 'Back to the demo seed; clock, switches, faults and ledger too.', z.strictObject({}), () =>
      reseed(seedSchema.parse({})),
    ),
    act(
      'post',
      '/seed',
      'Empties everything and seeds anew: `large` is all 17 projects with 30 days each.',
      seedSchema,
      (options) => reseed(options),
    ),
  ];
}
