import { z } from 'zod';
import { farSideId } from '../../domain/ids.ts';

/**
 * HammerTech's records as far as we read them (contracts section 6; assumed). Unknown fields are ignored; workers' names are
 * never requested. One unusable value never fails its page: it becomes null (`unknown` for a kind), and the mapping says what is
 * missing.
 */
const textOrNull = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));
const idOrNull = farSideId.nullish().transform((value) => value ?? null);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const countOrNull = z.int().min(0).nullable().catch(null);
const hoursOrNull = z.number().min(0).nullable().catch(null);

/** An instant in UTC, normalised to `…Z`; text without a zone is UTC too (the field names say so). Null if it is no date. */
const instantOrNull = z.iso
  .datetime({ offset: true, local: true })
  .transform((text) => new Date(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`).toISOString())
  .nullable()
  .catch(null);
const dayOrNull = z.iso.date().nullable().catch(null);

export const project = z.object({
  id: farSideId,
  name: textOrNull,
  number: textOrNull,
  /** IANA name. */
  timeZone: textOrNull,
  status: textOrNull,
  modified: instantOrNull,
});
export type HammertechProject = z.output<typeof project>;

export const employer = z.object({
  id: farSideId,
  name: textOrNull,
  abn: textOrNull,
  ein: textOrNull,
  parentEmployerId: idOrNull,
  modified: instantOrNull,
});
export type Employer = z.output<typeof employer>;

/** A person who logs in to HammerTech: a separate profile from a worker, even for the same person. */
export const user = z.object({ id: farSideId, name: textOrNull, email: textOrNull, status: textOrNull, modified: instantOrNull });
export type HammertechUser = z.output<typeof user>;

export const projectEmployer = z.object({ id: farSideId, projectId: farSideId, employerId: farSideId, modified: instantOrNull });
export type ProjectEmployer = z.output<typeof projectEmployer>;

export const endKinds = ['manual', 'automatic', 'none', 'unknown'] as const;
export const devices = ['kiosk', 'mobile', 'static-qr', 'unknown'] as const;

/** One stay on site. `endUtc` is null while the worker is there, and stays null if nobody signed out. */
export const siteSignIn = z.object({
  id: farSideId,
  projectId: farSideId,
  workerId: idOrNull,
  employerId: idOrNull,
  tradeId: idOrNull,
  startUtc: instantOrNull,
  endUtc: instantOrNull,
  endKind: z.enum(endKinds).catch('unknown'),
  device: z.enum(devices).catch('unknown'),
  isVisitor: flag,
  modified: instantOrNull,
  /** Deleted sign-ins stay in the lists. */
  deleted: flag,
});
export type SiteSignIn = z.output<typeof siteSignIn>;

const diaryEmployer = z.object({ employerId: farSideId, workers: countOrNull, hours: hoursOrNull });

const occurrence = {
  id: farSideId,
  projectId: farSideId,
  employerId: idOrNull,
  severity: textOrNull,
  status: textOrNull,
  modified: instantOrNull,
  deleted: flag,
};

/** Something that happened on site. Personal and medical data, and all free text, are not even read. */
export const incident = z.object({ ...occurrence, occurredUtc: instantOrNull, type: textOrNull });
export type Incident = z.output<typeof incident>;

/** Something that a person observed. Names and free text are not read either. */
export const observation = z.object({
  ...occurrence,
  observedUtc: instantOrNull,
  kind: textOrNull,
  category: textOrNull,
  dueDate: dayOrNull,
});
export type Observation = z.output<typeof observation>;

/** The site's own diary of one local day. */
export const siteDiary = z.object({
  id: farSideId,
  projectId: farSideId,
  date: dayOrNull,
  employers: z
    .array(diaryEmployer)
    .nullish()
    .transform((rows) => rows ?? []),
  visitors: countOrNull,
  notes: textOrNull,
  status: z.enum(['open', 'approved', 'unknown']).catch('unknown'),
  modified: instantOrNull,
});
export type SiteDiary = z.output<typeof siteDiary>;
