import { countsOf, type DryRunPart, type ForeseenRecord, nothingForeseen } from '../../shared/domain/dry-run.ts';
import { type Fault, faultIn, wordsOf } from '../../shared/domain/faults.ts';
import type { LinkedProject, Stream } from '../../shared/partners/stream.ts';
import { diagnoseProjectRefusal } from '../../shared/procore/diagnosis.ts';
import { mayOwnStreams } from '../../shared/store/projects/stream-owners.ts';
import { readCheckpoint, type StreamRef } from '../../shared/store/records/checkpoints.ts';
import type { Automation } from '../../shared/store/records/wanted-records.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { Surroundings } from '../surroundings.ts';
import type { SyncDependencies } from '../sync/dependencies.ts';
import { type OpenedSides, openRun, ownedByAnother } from '../sync/open-stream.ts';
import { foresee } from './foresee.ts';

/** One stream of one project, or of the company, to foresee. */
export interface PartToForesee {
  readonly tenantId: string;
  readonly stream: Stream;
  readonly of: StreamRef;
  readonly procoreProjectId: string;
  readonly name: string;
  /** Undefined for the company. */
  readonly project: LinkedProject | undefined;
  readonly settingsHash: string;
  readonly automation: Automation;
}

export interface ForeseenPart {
  readonly part: DryRunPart;
  readonly records: readonly ForeseenRecord[];
  /** The proven reason why the whole part is refused; transient faults are thrown. */
  readonly fault: Fault | undefined;
}

/** Foresees one part. Writes nothing to either far side, and nothing to the store. */
export async function foreseePart(
  dependencies: SyncDependencies,
  context: Surroundings,
  sides: OpenedSides,
  part: PartToForesee,
): Promise<ForeseenPart> {
  const { procoreProjectId, name, stream } = part;
  const of = { scope: stream.scope, procoreProjectId, name, stream: stream.name };
  try {
    const records = await recordsOf(dependencies, context, sides, part);
    return { part: { ...of, ...countsOf(records), refused: null }, records, fault: undefined };
  } catch (error) {
    const raised = faultIn(error);
    if (!raised) throw error;
    const fault = await diagnoseProjectRefusal(sides.procore, raised, procoreProjectId, stream.needs);
    if (fault.handling === 'retry') throw fault;
    return { part: { ...of, ...nothingForeseen, refused: refusalOf(fault) }, records: [], fault };
  }
}

const refusalOf = (fault: Fault): NonNullable<DryRunPart['refused']> => ({ reason: fault.kind, ...wordsOf(fault) });

async function recordsOf(
  dependencies: SyncDependencies,
  context: Surroundings,
  sides: OpenedSides,
  { tenantId, stream, of, procoreProjectId, project, settingsHash, automation }: PartToForesee,
): Promise<readonly ForeseenRecord[]> {
  const { pool, environment } = dependencies;
  const run = await openRun(dependencies, stream, sides, project, context.signal);
  const checkpoint = await withTenant(pool, tenantId, async (db) => {
    const author = sides.connection.syncUserId ?? '';
    if (!(await mayOwnStreams(db, { environment, procoreProjectId, author }, [stream.name]))) throw ownedByAnother();
    return readCheckpoint(db, of);
  });
  const isSame = checkpoint?.settingsHash === settingsHash;
  return foresee({
    dependencies,
    context,
    tenantId,
    stream,
    run,
    of,
    cursor: isSame ? checkpoint.cursor : null,
    mapsAll: !isSame && checkpoint?.settingsHash != null,
    automation,
  });
}
