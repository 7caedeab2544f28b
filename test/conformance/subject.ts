import type { Sandbox } from '../../sandbox/start.ts';
import type { PartnerName } from '../../shared/domain/partners.ts';
import type { StreamsSubject } from './streams-subject.ts';

interface Row {
  readonly id: string;
}

/** A list of the partner's API, as its client reads it. */
export interface ListSubject {
  readonly name: string;
  read(client: unknown): AsyncIterable<readonly Row[]>;
  /** The partner gets so many records of this kind; answers their ids. */
  fill(count: number): Promise<readonly string[]>;
  /** Somebody changes one at the partner: in a list that is ordered by change it moves. */
  touch(id: string): void;
}

/** A call of the partner's client that changes something there. `of`: another number, another record. */
export interface WriteSubject {
  readonly name: string;
  write(client: unknown, mayStillSend: () => boolean, of: number): Promise<unknown>;
}

/** What the lists and the writes of the kit are about, in one sandbox. */
export interface ClientSubject {
  /** A login that works in the sandbox, as an admin submits it. */
  readonly login: { readonly shown: Readonly<Record<string, string>>; readonly secret: string };
  /** The partner's origin settings, each with the sandbox's origin led through `before`. */
  origins(before: (origin: string) => Promise<string>): Promise<Readonly<Record<string, string>>>;
  /** Requests that only log in: they are let through. */
  isLogin(path: string): boolean;
  readonly lists: readonly ListSubject[];
  readonly writes: readonly WriteSubject[];
}

/** All that a partner supplies to be proven by the kit: one file `test/conformance/<partner>.ts`, and a line in `subjects.ts`. */
export interface Subject {
  readonly name: PartnerName;
  /** Of a seeded sandbox that this file has for itself. */
  client(sandbox: Sandbox): ClientSubject;
  readonly streams: StreamsSubject;
}
