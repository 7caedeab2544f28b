import { z } from 'zod';
import { completeDay, deleteManpowerByHand, editManpowerByHand, writeManpowerByHand } from '../procore/admin/daily-logs.ts';
import { type Verb, verb } from './admin.ts';
import { dayField, idField, personField, withPeople } from './fields.ts';

const manpowerFields = {
  date: dayField.exactOptional(),
  numWorkers: z.int().min(0).exactOptional(),
  numHours: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .exactOptional()
    .meta({ description: 'Hours per worker.' }),
  contactId: idField.nullable().exactOptional(),
  notes: z.string().nullable().exactOptional(),
  status: z.enum(['pending', 'approved']).exactOptional(),
};

/** Daily Log: days and manpower entries by a person's hand. */
export const dailyLogVerbs: readonly Verb[] = [
  verb(
    'daily-logs',
    'complete-day',
    'Completes a day, or reopens it with `completed: false`.',
    z.strictObject({
      projectId: idField,
      date: dayField,
      completed: z.boolean().exactOptional(),
      by: personField.exactOptional(),
    }),
    (world, body) => completeDay(world, withPeople(world, body)),
  ),
  verb(
    'daily-logs',
    'write-manpower',
    'A person writes a manpower entry.',
    z.strictObject({ projectId: idField, by: personField, ...manpowerFields }),
    (world, body) => writeManpowerByHand(world, withPeople(world, body)),
  ),
  verb(
    'daily-logs',
    'edit-manpower',
    'A person changes an entry.',
    z.strictObject({ id: idField, by: personField, ...manpowerFields }),
    (world, body) => editManpowerByHand(world, withPeople(world, body)),
  ),
  verb(
    'daily-logs',
    'delete-manpower',
    'A person deletes an entry.',
    z.strictObject({ id: idField, by: personField }),
    (world, body) => deleteManpowerByHand(world, withPeople(world, body)),
  ),
];
