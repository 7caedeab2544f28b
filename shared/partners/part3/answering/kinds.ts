import type { RecordFields } from '../../../domain/deliveries.ts';
import type { Cause, FarSideRecord, HandMade, MayStillSend, ProjectContext, TargetRecord, WriteAnswer } from '../../stream.ts';
import type { Part3Client } from '../client.ts';
import type { AnswerOutcome, AnswerPreview } from '../fields.ts';
import type { LargeAnswer, Part3Item, RfiAnswer } from '../schema.ts';
import type { ItemContent } from '../streams/content.ts';
import type { Draft, Foreseen } from './preview-contents.ts';

/** What answers to RFIs and returns of submittals have in common. */
export type Answering = Pick<RfiAnswer, 'id' | 'authorMemberId' | 'fileIds' | 'state' | 'version' | 'receipt' | 'modified'>;

/** What is known of an answer's item and author. */
export interface Place {
  /** Procore's id of the item. */
  readonly itemId: string;
  readonly memberId: string;
  /** A submittal's place in its workflow; empty for an RFI. */
  readonly slot: string;
}

/** An answer as it is going to be sent: the newest version, and its files where Procore takes them from, each for one write. */
export interface Ready<Row> {
  readonly answer: Row;
  readonly uploadIds: readonly string[];
}

/** A file that we make, small enough to be held whole. */
export interface MadeFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** What is told of an answer that stands in Procore. */
export interface Afterwards {
  /** Names of who holds the ball. */
  readonly ballInCourt: readonly string[];
  /** Whether it is an RFI's official answer; null: not known, or nothing that could be one. */
  readonly official: boolean | null;
  /** What of this version did not come about. */
  readonly held?: Cause | undefined;
}

/** What Part3 says of one kind of answer. */
export interface AnswerSource<Row extends Answering> {
  list(updatedSince: string | undefined): AsyncIterable<readonly (Row | LargeAnswer)[]>;
  show(answerId: string): Promise<Row>;
  settle(answerId: string, outcome: AnswerOutcome, mayStillSend: MayStillSend): Promise<unknown>;
  preview(answerId: string, preview: AnswerPreview, mayStillSend: MayStillSend): Promise<unknown>;
  /** What it wishes, beside its place. */
  wishOf(answer: Row): Pick<Draft, 'official' | 'responseName'>;
  /** Everything that this kind of answer answers. */
  items(): AsyncIterable<readonly Part3Item[]>;
  itemOf(answer: Row): string;
  slotOf(answer: Row): string;
  /** Whether a review step inside the design team still holds it. */
  isHeld(answer: Row): boolean;
  /** What of it must stand in Procore. */
  fieldsOf(answer: Row, fileNames: readonly string[]): RecordFields;
  /** For people. */
  labelOf(answer: Row, author: string): string;
}

/** What Procore says of, and does with, one kind of answer. */
export interface AnswerTarget<Row extends Answering> {
  /** What the author said there so far, whoever of us or them it was. */
  said(place: Place, meant: string): Promise<readonly Omit<FarSideRecord, 'searchKey'>[]>;
  /** Read as the author, right before it is sent. */
  heldUp(place: Place, answer: Row): Promise<Cause | undefined>;
  /** What goes before the answer's own files, made of the answer as it is now. Absent: nothing does. */
  coverOf?(place: Place, answer: Row, finishedAt: string | null): Promise<MadeFile | undefined>;
  send(place: Place, ready: Ready<Row>, mayStillSend: MayStillSend): Promise<WriteAnswer>;
  /**
   * What is left to do after it stands there; a repeat changes nothing. `answer`: the version that stands; undefined: it is being changed
   * again, and nothing more is done by its word.
   */
  afterwards(place: Place, answer: Row | undefined, targetId: string, mayStillSend: MayStillSend): Promise<Afterwards>;
}

export interface AnswerKind<Row extends Answering> {
  /** In external keys. */
  readonly itemWord: 'rfi' | 'submittal';
  /** What it means that the author, or an admin for them, said something else there already. */
  readonly handMade: HandMade;
  source(part3: Part3Client, context: ProjectContext): AnswerSource<Row>;
  target(context: ProjectContext): AnswerTarget<Row>;
  /** What sending a draft would do, by what is known. */
  foreseen(context: ProjectContext, draft: Draft, item: ItemContent | undefined): Foreseen;
}

/** The place of a mapped record. */
export const placeOf = ({ address }: Pick<TargetRecord, 'address'>): Place => ({
  itemId: address['itemId'] ?? '',
  memberId: address['memberId'] ?? '',
  slot: address['slot'] ?? '',
});

/** A place and what is meant there, as what is searched by; identical answers of one author to one item share it. */
export const searchKeyOf = ({ itemId, memberId, slot }: Place, meant: string): string =>
  [itemId, memberId, slot, meant].join('|');

export function placeOfKey(searchKey: string): { readonly place: Place; readonly meant: string } {
  const [itemId = '', memberId = '', slot = '', meant = ''] = searchKey.split('|');
  return { place: { itemId, memberId, slot }, meant };
}
