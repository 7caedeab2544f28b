import { z } from 'zod';
import { commit, type Kind, type Part3World, rfiKind, submittalKind } from '../commits.ts';
import type { OwnShare, Rfi, Submittal } from '../records.ts';
import { ownOf } from '../state.ts';
import { memberOf, must } from './places.ts';

export const noteActSchema = z
  .strictObject({
    organisation: z.string(),
    of: z.enum(['rfi', 'submittal']),
    id: z.guid(),
    by: z.string().meta({ description: 'Member id, mail address or first name.' }),
    notes: z.string(),
  })
  .meta({ id: 'Part3NoteAct' });
type NoteAct = z.output<typeof noteActSchema>;

/** Somebody adds notes to a synced item that only Part3 keeps. */
export const writeNotes = (part3: Part3World, body: NoteAct): Rfi | Submittal =>
  body.of === 'rfi' ? noted(part3, rfiKind, body) : noted(part3, submittalKind, body);

function noted<Item extends OwnShare>(part3: Part3World, kind: Kind<Item>, { organisation, id, by, notes }: NoteAct): Item {
  const item = must(ownOf(kind.tableOf(part3.state), organisation, id), kind.noun);
  const record = { ...item, notes, modified: part3.world.clock.instant() };
  const actor = memberOf(part3, organisation, item.projectId, by).id;
  return commit(part3, kind, { organisation, record }, { actor, seq: null });
}
