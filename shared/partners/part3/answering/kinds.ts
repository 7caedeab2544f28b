import type { RecordFields } from '../../../domain/deliveries.ts';
import type { Cause, FarSideRecord, HandMade, MayStillSend, ProjectContext, TargetRecord, WriteAnswer } from '../../stream.ts';
import type { Part3Client } from '../client.ts';
import type { AnswerOutcome, AnswerPreview } from '../fields.ts';
import type { LargeAnswer, Part3Item, RfiAnswer } from '../schema.ts';
import type { ItemContent } from '../streams/content.ts';
import type { AnswerFile } from './content.ts';
import type { Draft, Foreseen } from './preview-contents.ts';

/** What answers to RFIs and returns of submittals have in common. */
export type Answering = Pick<RfiAnswer, 'id' | 'authorMemberId' | 'fileIds' | 'state' | 'version' | 'receipt' | 'modified'>;

/** Identifies an answer's item and author. */
export interface Place {
  /** Procore's id of the item. */
  readonly itemId: string;
  readonly memberId: string;
  /** A submittal's slot in its workflow; empty for an RFI. */
  readonly slot: string;
}

/** An answer ready to be sent: the newest version, and its uploads in Procore, each for one write. */
export interface Ready<Row> {
  readonly answer: Row;
  readonly uploadIds: readonly string[];
}

/** A file that we make, small enough for memory. */
export interface MadeFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** What is reported of an answer that is in Procore. */
export interface Afterwards {
  /** Names of those who hold the ball. */
  readonly ballInCourt: readonly string[];
  /** Whether it is an RFI's official answer; null: not known, or it cannot be one. */
  readonly official: boolean | null;
  /** What could not be done of this version. */
  readonly held?: Cause | undefined;
}

/** The Part3 side of one kind of answer. */
export interface AnswerSource<Row extends Answering> {
  list(updatedSince: string | undefined): AsyncIterable<readonly (Row | LargeAnswer)[]>;
  show(answerId: string): Promise<Row>;
  settle(answerId: string, outcome: AnswerOutcome, mayStillSend: MayStillSend): Promise<unknown>;
  preview(answerId: string, preview: AnswerPreview, mayStillSend: MayStillSend): Promise<unknown>;
  /** What it wishes, besides its place. */
  wishOf(answer: Row): Pick<Draft, 'official' | 'responseName'>;
  /** All items of the kind that these answers are for. */
  items(): AsyncIterable<readonly Part3Item[]>;
  itemOf(answer: Row): string;
  slotOf(answer: Row): string;
  /** Whether a review step inside the design team still holds it. */
  isHeld(answer: Row): boolean;
  /** Its fields that must appear in Procore, and its `version`, which shows only here. */
  fieldsOf(answer: Row, files: readonly AnswerFile[]): RecordFields;
  /** For people. */
  labelOf(answer: Row, author: string): string;
}

/** The Procore side of one kind of answer. */
export interface AnswerTarget<Row extends Answering> {
  /** What the author said there so far, whether through us or directly. */
  said(place: Place, meant: string): Promise<readonly Omit<FarSideRecord, 'searchKey'>[]>;
  /** Checked as the author, right before it is sent. */
  heldUp(place: Place, answer: Row): Promise<Cause | undefined>;
  /** The file that precedes the answer's own files, made from its current version. Absent: none. */
  coverOf?(place: Place, answer: Row, finishedAt: string | null): Promise<MadeFile | undefined>;
  send(place: Place, ready: Ready<Row>, mayStillSend: MayStillSend): Promise<WriteAnswer>;
  /**
   * Does what remains once it is in Procore; idempotent. `answer`: the version that is there; undefined: it is being changed
   * again, and its wishes are not followed.
   */
  afterwards(place: Place, answer: Row | undefined, targetId: string, mayStillSend: MayStillSend): Promise<Afterwards>;
}

export interface AnswerKind<Row extends Answering> {
  /** In external keys. */
  readonly itemWord: 'rfi' | 'submittal';
  /** What to do if the author, or an admin for them, already said something else there. */
  readonly handMade: HandMade;
  source(part3: Part3Client, context: ProjectContext): AnswerSource<Row>;
  target(context: ProjectContext): AnswerTarget<Row>;
  /** Predicts what sending a draft would do, from what is known. */
  foreseen(context: ProjectContext, draft: Draft, item: ItemContent | undefined): Foreseen;
}

/** The place of a mapped record. */
export const placeOf = ({ address }: Pick<TargetRecord, 'address'>): Place => ({
  itemId: address['itemId'] ?? '',
  memberId: address['memberId'] ?? '',
  slot: address['slot'] ?? '',
});

/** Search key of a place and what is meant there; identical answers of one author to one item share it. */
export const searchKeyOf = ({ itemId, memberId, slot }: Place, meant: string): string =>
  [itemId, memberId, slot, meant].join('|');

export function placeOfKey(searchKey: string): { readonly place: Place; readonly meant: string } {
  const [itemId = '', memberId = '', slot = '', meant = ''] = searchKey.split('|');
  return { place: { itemId, memberId, slot }, meant };
}
