import type { Id, Project } from '../../kernel/model.ts';
import type { ManpowerColumns } from '../../kernel/model-daily-log.ts';
import type { World } from '../../kernel/world.ts';
import { exactId } from '../exact.ts';
import { found, passes } from '../filters.ts';
import { givenId, givenTextOrNull, givenWholeNumber, onlyGiven } from '../given.ts';
import { decimalString, manHours } from '../hours.ts';
import { invalid } from '../refusal.ts';
import { loginReference } from '../views/projects.ts';
import { printPlaces, readCommon, readStatus } from './columns.ts';
import type { DailyLogKind, EntryFields, Said } from './kind.ts';
import { contactOf } from './manpower-options.ts';

/** The company is never said: it comes from the contact [oas]. */
export type ManpowerFields = EntryFields & Said<Omit<ManpowerColumns, 'vendorId'>>;

/** Workers on site; `man_hours` is workers times hours per worker, both hours as strings [doc]. */
export const manpower: DailyLogKind<ManpowerColumns, ManpowerFields> = {
  resource: 'manpower_logs',
  singular: 'manpower_log',
  filtersStatus: true,
  blank: {
    numWorkers: null,
    numHours: null,
    contactId: null,
    userId: null,
    vendorId: null,
    costCodeId: null,
    tradeId: null,
    notes: null,
  },
  tableOf: (world) => world.manpowerLogs,
  read: (body) => ({
    ...readCommon(body),
    status: readStatus(body),
    numWorkers: givenWholeNumber(body, 'num_workers'),
    numHours: givenTextOrNull(body, 'num_hours'),
    contactId: givenId(body, 'contact_id'),
    userId: givenId(body, 'user_id'),
    costCodeId: givenId(body, 'cost_code_id'),
    tradeId: givenId(body, 'trade_id'),
    notes: givenTextOrNull(body, 'notes'),
  }),
  resolve(world, project, { numWorkers, numHours, contactId, userId, costCodeId, tradeId, notes }) {
    if (numWorkers !== undefined && numWorkers !== null && (!Number.isInteger(numWorkers) || numWorkers < 0))
      throw invalid('num_workers', 'must be greater than or equal to 0');
    return {
      ...onlyGiven({ numWorkers, costCodeId, tradeId, notes }),
      ...(numHours === undefined ? {} : { numHours: numHours === null ? null : knownHours(world, numHours) }),
      ...(contactId === undefined ? {} : knownContact(world, project, contactId)),
      ...(userId === undefined ? {} : { userId: userId === null ? null : knownMember(world, project, userId) }),
    };
  },
  mandatory: () => ({}),
  passes: (query, row) =>
    passes(query, 'vendor_id', row.vendorId) && passes(query, 'location_id', row.locationId) && found(query, [row.notes]),
  print: (world, row) => ({
    man_hours: manHours(row.numWorkers, row.numHours, world.switches.get('hoursDecimals')),
    notes: row.notes,
    num_workers: row.numWorkers,
    num_hours: row.numHours,
    status: row.status,
    ...printPlaces(world, row),
    user: loginReference(world, row.userId),
    contact: printContact(world, row.contactId),
    cost_code: row.costCodeId === null ? null : { id: exactId(row.costCodeId), name: null },
    attachments: [],
    trade: row.tradeId === null ? null : { id: exactId(row.tradeId), name: null },
    custom_fields: {},
  }),
  showsPermissions: () => true,
};

function knownHours(world: World, text: string): string {
  const hours = decimalString(text, world.switches.get('hoursDecimals'));
  if (hours === null || hours.startsWith('-')) throw invalid('num_hours', 'is not a number');
  return hours;
}

function knownContact(world: World, project: Project, id: Id | null): Pick<ManpowerColumns, 'contactId' | 'vendorId'> {
  if (id === null) return { contactId: null, vendorId: null };
  const known = contactOf(world, project, id);
  if (known) return known;
  if (world.switches.get('unknownContact') === 'refuse-422') throw invalid('contact_id', 'is not a contact of this project');
  return { contactId: null, vendorId: null };
}

function knownMember(world: World, project: Project, id: Id): Id {
  if (!world.memberships.get(`${project.id}:${id}`)) throw invalid('user_id', 'is not on this project');
  return id;
}

function printContact(world: World, contactId: string | null) {
  const contact = contactId === null ? undefined : world.contacts.get(contactId);
  if (!contact) return null;
  return {
    id: exactId(contact.id),
    name: [contact.firstName, contact.lastName].filter(Boolean).join(' '),
    vendor_name: contact.vendorId === null ? null : (world.vendors.get(contact.vendorId)?.name ?? null),
    job_title: contact.jobTitle,
    email: null,
    business_phone: null,
    mobile_phone: null,
    login_information_id: null,
  };
}
