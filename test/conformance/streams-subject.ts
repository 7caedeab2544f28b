import type { FaultMatch } from '../../sandbox/kernel/faults.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import type { BoundCompany } from '../../shared/domain/company.ts';
import type { ResponseMapping } from '../../shared/domain/contractors.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { Responders } from '../../shared/partners/stream.ts';
import type { ProcoreClient } from '../../shared/procore/contract.ts';
import type { TokenSource } from '../../shared/procore/tokens.ts';

/** Makes and takes back records of one stream's source, and knows what truly stands on its far side. */
export interface StreamSubject {
  /** What runs before it in a cycle, since it rests on what that carries. */
  readonly after?: readonly string[];
  /** Somebody makes a record at the source that means exactly one on the far side; answers its id. */
  make(): string | Promise<string>;
  /** Somebody corrects it, so that the far side's record has to follow. Absent: what was sent stays as it was. */
  change?(id: string): void | Promise<void>;
  /** Somebody takes it back at the source. Absent: there is no such thing. */
  takeBack?(id: string): void | Promise<void>;
  /** The source does not show it any more: nobody said why. */
  hide(id: string): void;
  /** The ledger's name for what the stream writes. */
  readonly resource: string;
  /** So many writes make one record: 1, unless it is announced first. */
  readonly writesEach?: number;
  /** Requests that write it. */
  readonly writing: FaultMatch;
}

/** A new project that both sides know and that is connected, without any record. */
export interface ConnectedProject {
  readonly scope: 'company' | 'project';
  readonly companyId: string;
  readonly procoreProjectId: string;
  readonly partnerProjectId: string;
  readonly name: string;
  /** The zone as Procore names it, and by its IANA name. */
  readonly procoreTimeZone: string;
  readonly timeZone: string;
  /** As whom Procore is called. */
  readonly token: TokenSource;
  readonly syncUserId: string;
  readonly matches: readonly RecordMatch[];
  readonly responses?: readonly ResponseMapping[];
  /** The partner's people, where answers go out in their own names. */
  responders?(as: (token: TokenSource) => ProcoreClient<BoundCompany>): Responders;
  /** By the stream's name: every stream of the partner. */
  readonly streams: Readonly<Record<string, StreamSubject>>;
}

/** Makes a project anew at each asking, all in one sandbox. */
export type StreamsSubject = (sandbox: Sandbox) => ConnectedProject | Promise<ConnectedProject>;
