import type { DayHeader, ManpowerLog } from '../../kernel/model-daily-log.ts';
import type { World } from '../../kernel/world.ts';
import { exactId } from '../exact.ts';
import { manHours } from '../hours.ts';
import { loginReference } from './projects.ts';
import { vendorReference } from './users.ts';

/** One manpower entry; `man_hours` is workers times hours per worker, both hours as strings [doc]. */
export function shownManpower(world: World, log: ManpowerLog, permissions: { can_update: boolean; can_delete: boolean }) {
  return {
    id: exactId(log.id),
    created_at: log.createdAt,
    date: log.date,
    datetime: log.datetime,
    man_hours: manHours(log.numWorkers, log.numHours, world.switches.get('hoursDecimals')),
    notes: log.notes,
    num_workers: log.numWorkers,
    num_hours: log.numHours,
    position: log.position,
    status: log.status,
    updated_at: log.updatedAt,
    vendor: vendorReference(world, log.vendorId),
    user: loginReference(world, log.userId),
    contact: contactReference(world, log.contactId),
    cost_code: log.costCodeId === null ? null : { id: exactId(log.costCodeId), name: null },
    created_by: loginReference(world, log.createdBy),
    location: log.locationId === null ? null : { id: exactId(log.locationId), name: null },
    attachments: [],
    trade: log.tradeId === null ? null : { id: exactId(log.tradeId), name: null },
    custom_fields: {},
    permissions,
  };
}

function contactReference(world: World, contactId: string | null) {
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

export function shownDayHeader(world: World, header: DayHeader, mayComplete: boolean) {
  return {
    id: exactId(header.id),
    log_date: header.date,
    log_datetime: `${header.date}T00:00:00Z`,
    completed: header.completed,
    completed_by: loginReference(world, header.completedBy),
    completed_at: header.completedAt,
    completable: mayComplete,
    distributed: header.distributed,
    distributed_by: loginReference(world, header.distributedBy),
    distributed_at: header.distributedAt,
    distributable: mayComplete,
  };
}
