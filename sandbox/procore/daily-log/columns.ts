import type { Id, Project } from '../../kernel/model.ts';
import { type EntryStatus, entryStatuses } from '../../kernel/model-daily-log.ts';
import type { World } from '../../kernel/world.ts';
import { exactId } from '../exact.ts';
import { givenId, givenText, givenTextOrNull } from '../given.ts';
import { badRequest, invalid } from '../refusal.ts';
import { vendorReference } from '../views/users.ts';
import type { EntryFields } from './kind.ts';

type Body = Record<string, unknown>;

/** The fields that the body of every kind may hold. */
export function readCommon(body: Body): EntryFields {
  return {
    date: givenTextOrNull(body, 'date'),
    datetime: givenTextOrNull(body, 'datetime'),
    locationId: givenId(body, 'location_id'),
    segmentId: givenId(body, 'daily_log_segment_id'),
  };
}

/** `status` of a body, where the kind has it there; 400 for a word that is none. */
export function readStatus(body: Body): EntryStatus | undefined {
  const given = givenText(body, 'status');
  const status = entryStatuses.find((known) => known === given);
  if (given !== undefined && status === undefined) throw badRequest('status is invalid');
  return status;
}

/** Refuses an hour that is not 0 to 23 and a minute that is not 0 to 59 [oas]. Names are those of the body. */
export function checkClock(times: Record<string, number | null | undefined>): void {
  for (const [name, value] of Object.entries(times)) {
    const last = name.endsWith('hour') ? 23 : 59;
    if (typeof value === 'number' && (value < 0 || value > last)) throw invalid(name, `must be between 0 and ${last}`);
  }
}

/** A `vendor_id` of an entry: of the project's directory or of the company's, by switch [unk]; 422 for any other. */
export function knownVendor(world: World, project: Project, id: Id | null): Id | null {
  if (id === null) return null;
  const vendor = world.vendors.get(id);
  const wide = world.switches.get('entryVendors') === 'company';
  const known =
    vendor?.companyId === project.companyId && (wide || world.projectVendors.get(`${project.id}:${id}`) !== undefined);
  if (!known) throw invalid('vendor_id', `is not a vendor of this ${wide ? 'company' : 'project'}`);
  return id;
}

/** `vendor` and `location` as the answers of all kinds show them; names of locations are not kept. */
export function printPlaces(world: World, { vendorId, locationId }: { vendorId: Id | null; locationId: Id | null }) {
  return {
    vendor: vendorReference(world, vendorId),
    location: locationId === null ? null : { id: exactId(locationId), name: null },
  };
}

/** `daily_log_segment` of the kinds that show it; segments themselves are not modelled. */
export function printSegment(segmentId: Id | null) {
  return { daily_log_segment_id: exactId(segmentId), daily_log_segment: null };
}
