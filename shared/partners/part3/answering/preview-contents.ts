import { foldName } from '../../names.ts';
import type { ProjectContext } from '../../stream.ts';
import type { AnswerPreview, Party, RfiFields, SubmittalFields } from '../fields.ts';
import { settings } from '../settings.ts';
import { responderOf } from './persons.ts';

/** An unfinished answer, reduced to what decides the effect of sending it. */
export interface Draft {
  readonly itemId: string;
  readonly memberId: string;
  /** A submittal's slot in its workflow; empty for an RFI. */
  readonly slot: string;
  readonly version: number;
  /** Its author's wish for an RFI's answer; false for a submittal's. */
  readonly official: boolean;
  /** For a submittal's; empty: not chosen yet, or an RFI's. */
  readonly responseName: string;
}

/** What sending would do by what is known; `asOf` is added when it is pushed. */
export type Foreseen = Omit<AnswerPreview, 'asOf'>;
type Blocker = AnswerPreview['blockers'][number];

type Context = Pick<ProjectContext, 'responders' | 'responses' | 'settings'>;

export function foreseenRfi(context: Context, draft: Draft, item: RfiFields | undefined): Foreseen {
  const wish = settings.parse(context.settings).rfis;
  const holds = item ? isAmong(item.ballInCourt, draft.memberId) : null;
  return {
    ...shared(draft, item),
    official: draft.official && wish.official === 'when-allowed',
    mails: mailed(wish.sendEmails, draft, item && [...item.ballInCourt, ...partyOf(item.manager), ...item.assignees]),
    blockers: [
      ...ofPerson(context, draft, item),
      ...(item && item.status !== 'open' ? [closed(`RFI ${item.number}`, item.status)] : []),
      ...(wish.requireBall && holds === false ? [notInCourt(`The ball of RFI ${item?.number} is not with you.`)] : []),
    ],
  };
}

export function foreseenReturn(context: Context, draft: Draft, item: SubmittalFields | undefined): Foreseen {
  const wish = settings.parse(context.settings).submittals;
  return {
    ...shared(draft, item),
    official: null,
    mails: mailed(wish.sendEmails, draft, item && [...item.ballInCourt, ...partyOf(item.manager), ...item.distribution]),
    blockers: [
      ...ofPerson(context, draft, item),
      ...(item ? ofSlot(draft, item) : []),
      ...(draft.responseName !== '' && !isMapped(context, draft.responseName) ? [unmapped(draft.responseName)] : []),
    ],
  };
}

const isAmong = (parties: readonly Party[], memberId: string): boolean => parties.some((party) => party.memberId === memberId);
const partyOf = (party: Party | null): readonly Party[] => (party === null ? [] : [party]);

const shared = (
  { version, memberId }: Draft,
  item: RfiFields | SubmittalFields | undefined,
): Pick<Foreseen, 'version' | 'itemOpen' | 'ballInCourt' | 'authorHoldsBall'> => ({
  version,
  itemOpen: item ? item.status === 'open' : null,
  ballInCourt: item?.ballInCourt.map(({ name }) => name) ?? [],
  authorHoldsBall: item ? isAmong(item.ballInCourt, memberId) : null,
});

/** Those the item names, except its author; whom Procore really mails depends on the project's settings. */
function mailed(sendEmails: boolean, { memberId }: Draft, parties: readonly Party[] | undefined): Foreseen['mails'] {
  if (!sendEmails) return 'nobody';
  if (!parties) return null;
  const names = new Set(parties.filter((party) => party.memberId !== memberId).map(({ name }) => name));
  return names.size > 0 ? [...names] : 'nobody';
}

/** What would block it because of the author, or what they may see. */
function ofPerson(
  { responders }: Context,
  { memberId }: Draft,
  item: RfiFields | SubmittalFields | undefined,
): readonly Blocker[] {
  const person = responderOf(responders, memberId);
  if (!person) return [{ code: 'person-lacks-access', text: 'Whoever wrote this does not belong to the project any more.' }];
  const { hindrance } = person;
  const sees = !item || item.readers === null || item.readers.includes(memberId);
  return [
    ...(hindrance ? [{ code: hindrance.kind, text: `${hindrance.seen} ${hindrance.needed}` }] : []),
    ...(sees ? [] : [{ code: 'person-lacks-access', text: `The item is private, and ${person.name} is no party to it.` }]),
  ];
}

function ofSlot({ memberId, slot }: Draft, item: SubmittalFields): readonly Blocker[] {
  const called = `Submittal ${item.number} rev. ${item.revision ?? '0'}`;
  if (item.superseded) return [{ code: 'record-closed', text: `${called} has a later revision.` }];
  if (item.status !== 'open') return [closed(called, item.status)];
  const place = item.workflow.find((one) => one.slot === slot);
  if (place?.party.memberId !== memberId) return [notInCourt(`${called}: you have no such place in its workflow now.`)];
  if (place.responseName !== null)
    return [{ code: 'conflict', text: `${called} was answered there already: “${place.responseName}”.` }];
  return isAmong(item.ballInCourt, memberId) ? [] : [notInCourt(`${called}: the ball is not with you.`)];
}

const isMapped = ({ responses }: Context, responseName: string): boolean =>
  responses.some(
    ({ state, partnerName }) => state === 'mapped' && partnerName !== null && foldName(partnerName) === foldName(responseName),
  );

const closed = (called: string, status: string): Blocker => ({
  code: 'record-closed',
  text: `${called} is ${status} in Procore.`,
});
const notInCourt = (text: string): Blocker => ({ code: 'not-in-court', text });
const unmapped = (responseName: string): Blocker => ({
  code: 'unmapped-response',
  text: `“${responseName}” means no response of the project in Procore.`,
});
