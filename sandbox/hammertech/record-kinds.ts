import { z } from 'zod';
import type { Table } from '../kernel/table.ts';
import {
  type Employer,
  type Incident,
  incidentStatuses,
  incidentTypes,
  type Observation,
  observationCategories,
  observationKinds,
  type Project,
  type SiteDiary,
  severities,
} from './records.ts';
import type { HammerTech, Owned } from './state.ts';

/** What people do to one kind of record in HammerTech's own screens. */
export interface RecordKind<Row> {
  /** Last part of the control route: `incidents`. */
  readonly name: string;
  /** What can be said of a record; everything is optional when it is changed. */
  readonly fields: z.ZodType<Partial<Row>> & z.ZodObject;
  /** The same, with what must be said when it is made. */
  readonly made: z.ZodObject;
  /** The rest of a new record. */
  readonly blank: Partial<Row>;
  /** Deleted records stay in the lists, marked; other kinds are never deleted. */
  readonly deletable: boolean;
  tableOf(state: HammerTech): Table<Owned<Row>>;
}

const text = z.string();
const words = text.min(1).exactOptional();
const textOrNull = text.nullable().exactOptional();
const guid = z.guid().exactOptional();
const guidOrNull = z.guid().nullable().exactOptional();
const utc = z.iso.datetime().exactOptional();
const day = z.iso.date();

const employerFields = z.object({ name: words, abn: textOrNull, ein: textOrNull, parentEmployerId: guidOrNull });

export const employerKind: RecordKind<Employer> = {
  name: 'employers',
  fields: employerFields,
  made: employerFields.required({ name: true }),
  blank: { abn: null, ein: null, parentEmployerId: null },
  deletable: false,
  tableOf: (state) => state.employers,
};

const projectFields = z.object({
  name: words,
  number: textOrNull,
  timeZone: words,
  address: text.exactOptional(),
  status: z.enum(['active', 'archived']).exactOptional(),
});

export const projectKind: RecordKind<Project> = {
  name: 'projects',
  fields: projectFields,
  made: projectFields.required({ name: true, timeZone: true }),
  blank: { number: null, address: '', status: 'active' },
  deletable: false,
  tableOf: (state) => state.projects,
};

const diaryFields = z.object({
  projectId: guid,
  date: day.exactOptional(),
  employers: z.array(z.strictObject({ employerId: z.guid(), workers: z.int().min(0), hours: z.number().min(0) })).exactOptional(),
  visitors: z.int().min(0).exactOptional(),
  notes: text.exactOptional(),
  status: z.enum(['open', 'approved']).exactOptional(),
});

export const diaryKind: RecordKind<SiteDiary> = {
  name: 'diaries',
  fields: diaryFields,
  made: diaryFields.required({ projectId: true, date: true }),
  blank: { employers: [], visitors: 0, notes: '', status: 'open' },
  deletable: false,
  tableOf: (state) => state.diaries,
};

const incidentFields = z.object({
  projectId: guid,
  employerId: guidOrNull,
  occurredUtc: utc,
  type: z.enum(incidentTypes).exactOptional(),
  severity: z.enum(severities).exactOptional(),
  status: z.enum(incidentStatuses).exactOptional(),
  description: text.exactOptional(),
  injuredPersonName: textOrNull,
  medicalDetail: textOrNull,
  witnessNames: z.array(text).exactOptional(),
  reportedByName: text.exactOptional(),
});

export const incidentKind: RecordKind<Incident> = {
  name: 'incidents',
  fields: incidentFields,
  made: incidentFields.required({ projectId: true, occurredUtc: true, type: true, description: true }),
  blank: {
    employerId: null,
    severity: 'low',
    status: 'open',
    injuredPersonName: null,
    medicalDetail: null,
    witnessNames: [],
    reportedByName: '',
    deleted: false,
  },
  deletable: true,
  tableOf: (state) => state.incidents,
};

const observationFields = z.object({
  projectId: guid,
  employerId: guidOrNull,
  observedUtc: utc,
  kind: z.enum(observationKinds).exactOptional(),
  category: z.enum(observationCategories).exactOptional(),
  severity: z.enum(severities).exactOptional(),
  status: z.enum(['open', 'closed']).exactOptional(),
  description: text.exactOptional(),
  dueDate: day.nullable().exactOptional(),
  raisedByName: text.exactOptional(),
  personInvolvedName: textOrNull,
});

export const observationKind: RecordKind<Observation> = {
  name: 'observations',
  fields: observationFields,
  made: observationFields.required({ projectId: true, observedUtc: true, kind: true, category: true, description: true }),
  blank: {
    employerId: null,
    severity: 'low',
    status: 'open',
    dueDate: null,
    raisedByName: '',
    personInvolvedName: null,
    deleted: false,
  },
  deletable: true,
  tableOf: (state) => state.observations,
};
