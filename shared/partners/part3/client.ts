import type { z } from 'zod';
import { pathOf } from '../../http/far-side-url.ts';
import { createCalls, json, type MayStillSend, type Part3Settings, parsed } from './calls.ts';
import type { AnswerOutcome, AnswerPreview, NewFile, RfiFields, SubmittalFields } from './fields.ts';
import { type BytesFrom, createFileCalls } from './files.ts';
import { listed, type Outline } from './lists.ts';
import {
  company,
  item,
  itemOutline,
  type LargeAnswer,
  member,
  type Part3Company,
  type Part3File,
  type Part3Item,
  type Part3Member,
  type Part3Project,
  project,
  type RfiAnswer,
  rfiAnswer,
  rfiAnswerOutline,
  type SubmittalReturn,
  submittalReturn,
  submittalReturnOutline,
} from './schema.ts';
import { isTooLarge, tooLarge } from './too-large.ts';

export type { Part3Settings } from './calls.ts';

/** Changes on a project; without `updatedSince` everything. An instant in UTC; records' times have whole seconds. */
export interface ChangesOf {
  readonly projectId: string;
  readonly updatedSince?: string | undefined;
}

/** Where an item is kept: the project, and our key for it there. */
export interface ItemPlace {
  readonly projectId: string;
  /** Letters, digits, `_`, `.`, `:` and `-`. */
  readonly externalKey: string;
}

/**
 * One Part3 organisation. Each list yields pages of up to 100 records in order of change; what changes during the read may come
 * twice. A list yields an outline of a record that is too large to read; reading such a record by its id throws
 * `source-incomplete`. Every write is idempotent at Part3, and sent once: after a `Fault` without `effect: 'surely-not-done'` it
 * may have happened.
 */
export interface Part3Client {
  projects(): AsyncIterable<readonly Part3Project[]>;
  companies(projectId: string): AsyncIterable<readonly Part3Company[]>;
  /** Includes members who left. */
  members(companyId: string): AsyncIterable<readonly Part3Member[]>;
  rfis(changes: ChangesOf): AsyncIterable<readonly Part3Item[]>;
  submittals(changes: ChangesOf): AsyncIterable<readonly Part3Item[]>;
  rfiAnswers(changes: ChangesOf): AsyncIterable<readonly (RfiAnswer | LargeAnswer)[]>;
  submittalReturns(changes: ChangesOf): AsyncIterable<readonly (SubmittalReturn | LargeAnswer)[]>;
  rfiAnswer(answerId: string): Promise<RfiAnswer>;
  submittalReturn(returnId: string): Promise<SubmittalReturn>;
  /** The item kept there; undefined: none. */
  rfiAt(place: ItemPlace): Promise<Part3Item | undefined>;
  submittalAt(place: ItemPlace): Promise<Part3Item | undefined>;
  upsertRfi(place: ItemPlace, fields: RfiFields, mayStillSend: MayStillSend): Promise<Part3Item>;
  upsertSubmittal(place: ItemPlace, fields: SubmittalFields, mayStillSend: MayStillSend): Promise<Part3Item>;
  /** `conflict`: recalled, edited or returned otherwise meanwhile. */
  settleAnswer(answerId: string, outcome: AnswerOutcome, mayStillSend: MayStillSend): Promise<RfiAnswer>;
  settleReturn(returnId: string, outcome: AnswerOutcome, mayStillSend: MayStillSend): Promise<SubmittalReturn>;
  /** `conflict`: no longer a draft of this version. It changes no modified time. */
  previewAnswer(answerId: string, preview: AnswerPreview, mayStillSend: MayStillSend): Promise<void>;
  previewReturn(returnId: string, preview: AnswerPreview, mayStillSend: MayStillSend): Promise<void>;
  file(fileId: string): Promise<Part3File>;
  /** A file's bytes; see `FileCalls`. */
  readFile(file: Part3File, fromByte?: number): AsyncIterable<Buffer>;
  writeFile(file: NewFile, bytesFrom: BytesFrom, mayStillSend: MayStillSend): Promise<Part3File>;
}

interface Changed {
  readonly id: string;
  readonly modified: string | null;
}

/** Throws `Fault`s; a stated wait of a read is waited out up to `inlineWaitMs`. */
export function createPart3Client(settings: Part3Settings): Part3Client {
  const calls = createCalls(settings);
  const files = createFileCalls(calls);

  async function shown<T>(what: string, path: string, schema: z.ZodType<T>): Promise<T> {
    try {
      return parsed(what, await calls.get(what, { path }), schema, 'read');
    } catch (error) {
      throw isTooLarge(error) ? tooLarge(`${what.charAt(0).toUpperCase()}${what.slice(1)} in Part3`, error) : error;
    }
  }

  async function put<T>(what: string, path: string, body: unknown, schema: z.ZodType<T>, mayStillSend: MayStillSend): Promise<T> {
    return parsed(what, await calls.write(what, { method: 'PUT', path, body: json(body) }, mayStillSend), schema, 'write');
  }

  const itemPath = (list: string, { projectId, externalKey }: ItemPlace): string =>
    `${pathOf`/Projects/${projectId}/`}${list}/${encodeURIComponent(externalKey)}`;

  const upsert =
    (what: string, list: string) =>
    async (place: ItemPlace, fields: unknown, mayStillSend: MayStillSend): Promise<Part3Item> =>
      put(what, itemPath(list, place), fields, item, mayStillSend);

  const standing =
    (what: string, list: string) =>
    async (place: ItemPlace): Promise<Part3Item | undefined> => {
      const answer = await calls.get(what, { path: itemPath(list, place), accept: [200, 404] });
      return answer.status === 404 ? undefined : parsed(what, answer, item, 'read');
    };

  const changed =
    <T extends Changed, O extends Changed>(what: string, list: string, row: z.ZodType<T>, outline: Outline<O>) =>
    ({ projectId, updatedSince }: ChangesOf): AsyncIterable<readonly (T | O)[]> =>
      listed(calls, what, `${pathOf`/Projects/${projectId}/`}${list}`, row, { updatedSince }, outline);

  return {
    projects: () => listed(calls, 'projects', '/Projects', project),
    companies: (projectId) => listed(calls, 'companies', pathOf`/Projects/${projectId}/Companies`, company),
    members: (companyId) => listed(calls, 'members', pathOf`/Companies/${companyId}/Members`, member),
    rfis: changed('RFIs', 'Rfis', item, itemOutline),
    submittals: changed('submittals', 'Submittals', item, itemOutline),
    rfiAnswers: changed('answers', 'RfiAnswers', rfiAnswer, rfiAnswerOutline),
    submittalReturns: changed('returns', 'SubmittalReturns', submittalReturn, submittalReturnOutline),
    rfiAnswer: async (id) => shown('an answer', pathOf`/RfiAnswers/${id}`, rfiAnswer),
    submittalReturn: async (id) => shown('a return', pathOf`/SubmittalReturns/${id}`, submittalReturn),
    rfiAt: standing('an RFI', 'Rfis'),
    submittalAt: standing('a submittal', 'Submittals'),
    upsertRfi: upsert('an RFI', 'Rfis'),
    upsertSubmittal: upsert('a submittal', 'Submittals'),
    settleAnswer: async (id, outcome, mayStillSend) =>
      put('an answer', pathOf`/RfiAnswers/${id}/outcome`, outcome, rfiAnswer, mayStillSend),
    settleReturn: async (id, outcome, mayStillSend) =>
      put('a return', pathOf`/SubmittalReturns/${id}/outcome`, outcome, submittalReturn, mayStillSend),
    previewAnswer: async (id, preview, mayStillSend) => {
      await put('a preview', pathOf`/RfiAnswers/${id}/preview`, preview, rfiAnswer, mayStillSend);
    },
    previewReturn: async (id, preview, mayStillSend) => {
      await put('a preview', pathOf`/SubmittalReturns/${id}/preview`, preview, submittalReturn, mayStillSend);
    },
    file: files.show,
    readFile: files.read,
    writeFile: files.write,
  };
}
