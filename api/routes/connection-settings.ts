import { z } from 'zod';
import type { PartnerName } from '../../shared/domain/partners.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { settingsInForce } from '../../shared/partners/settings-in-force.ts';
import { findConnection, storeSettings } from '../../shared/store/connections/connections.ts';
import { dueAgain } from '../../shared/store/connections/steps.ts';
import { consentsInForce } from '../../shared/store/grants/consents.ts';
import { appendAudit } from '../../shared/store/tenants/audit.ts';
import { askAsSet } from '../consents.ts';
import { parseInput } from '../input.ts';
import { invalid, notFound } from '../problem.ts';
import { nothing, type Route, route } from '../route.ts';
import { connectionParams } from '../schemas.ts';

const settingsView = z
  .strictObject({
    modules: z.array(z.string()).meta({ description: 'Modules that are on' }),
    available: z.array(z.string()).meta({ description: 'Modules of this partner' }),
    settings: z.record(z.string(), z.unknown()).meta({ description: 'Every setting, with what stands where nothing was said' }),
    inForce: z.record(z.string(), z.unknown()).meta({
      description: 'The settings as they are in force: other than `settings` where the consent of somebody is waited for',
    }),
  })
  .meta({ id: 'ConnectionSettings' });

/** As stored for a repeat. */
const changed = z.object({ view: settingsView, mailId: z.uuid().nullable() });

/** Refuses modules that the partner does not have, by name. */
export function checkModules(partner: PartnerName, modules: readonly string[]): void {
  const { modules: available } = declarations[partner];
  const unknown = modules.filter((module) => !available.includes(module));
  if (unknown.length > 0)
    throw invalid('modules', `there is no module ${unknown.join(', ')}; send some of ${available.join(', ')}`);
}

export const connectionSettingRoutes: readonly Route[] = [
  route({
    id: 'readSettings',
    method: 'get',
    path: '/v1/connections/{connectionId}/settings',
    scope: 'read',
    family: 'Connections',
    summary: 'Modules and settings of a connection',
    params: connectionParams,
    query: nothing,
    body: nothing,
    answers: { 200: { says: 'Modules and settings', schema: settingsView } },
    handle: async ({ params }, caller) => {
      const connection = await caller.inTenant((db) => findConnection(db, params.connectionId));
      if (connection === undefined) throw notFound();
      const { modules: available, settings } = declarations[connection.partner];
      const consents = await caller.inTenant((db) => consentsInForce(db, params.connectionId));
      const inForce = settingsInForce(declarations[connection.partner], connection.partnerSettings, consents);
      return {
        status: 200,
        body: { modules: connection.modules, available, settings: settings.parse(connection.partnerSettings), inForce },
      };
    },
  }),
  route({
    id: 'changeSettings',
    method: 'post',
    path: '/v1/connections/{connectionId}/settings',
    scope: 'admin',
    family: 'Connections',
    summary: 'Change modules and settings',
    description:
      'What is left out of `settings` takes its default. Everything is read and compared anew under the new settings. A module that is switched on asks for its rights with the next round of care, and carries what the window and the start date hold; one that is switched off stops, and what it wrote stays. Where a setting takes the consent of whoever connected the project, they are asked for it by mail.',
    params: connectionParams,
    query: nothing,
    body: z.strictObject({
      modules: z.array(z.string()).min(1).max(50).optional(),
      settings: z.record(z.string(), z.unknown()).optional().meta({ description: 'Of the partner; see `GET` for all of them' }),
    }),
    example: { modules: ['manpower', 'vendors', 'visitors'], settings: {} },
    answers: { 200: { says: 'As they stand now', schema: settingsView } },
    handle: async ({ params, body }, caller, dependencies) => {
      const { view, mailId } = await caller.once('settings', changed, async (db) => {
        const connection = await findConnection(db, params.connectionId);
        if (connection === undefined) throw notFound();
        const { partner, connectionId } = connection;
        const modules = [...new Set(body.modules ?? connection.modules)];
        checkModules(partner, modules);
        const given = body.settings ?? connection.partnerSettings;
        const settings = parseInput(z.object({ settings: declarations[partner].settings }), { settings: given }, 'body').settings;
        await storeSettings(db, connectionId, { modules, settings });
        const isOther =
          modules.some((module) => !connection.modules.includes(module)) || modules.length < connection.modules.length;
        if (isOther) await dueAgain(db, connectionId, declarations[partner].stepsOfModules);
        const fields = [
          ...(body.modules ? ['modules'] : []),
          ...Object.keys(body.settings ?? {}).map((name) => `settings.${name}`),
        ];
        await appendAudit(db, caller.tenantId, [
          { actorId: caller.actorId, action: 'connection.settings', subject: `connection:${connectionId}`, fields },
        ]);
        const inForce = settingsInForce(declarations[partner], settings, await consentsInForce(db, connectionId));
        const mail = await askAsSet(db, dependencies, { ...connection, partnerSettings: settings });
        const view = { modules, available: [...declarations[partner].modules], settings, inForce };
        return { view, mailId: mail ?? null };
      });
      if (mailId !== null) await dependencies.runs.sendMail({ tenantId: caller.tenantId, mailId });
      return { status: 200, body: view };
    },
  }),
];
