import type { Company, Member, Project, Rfi, RfiAnswer, StoredFile, Submittal, SubmittalReturn } from './records.ts';
import { ownedBy, type Part3 } from './state.ts';

/** Every raw record of one organisation. */
export interface Part3Truth {
  organisation: string;
  projects: readonly Project[];
  companies: readonly Company[];
  members: readonly Member[];
  rfis: readonly Rfi[];
  submittals: readonly Submittal[];
  answers: readonly RfiAnswer[];
  returns: readonly SubmittalReturn[];
  files: readonly StoredFile[];
}

/** What Part3 really holds for an organisation, bypassing paging and tokens, so that a test can calculate by itself. */
export function truthOf(state: Part3, organisation: string): Part3Truth | undefined {
  if (state.organisations.get(organisation) === undefined) return undefined;
  return {
    organisation,
    projects: ownedBy(state.projects, organisation),
    companies: ownedBy(state.companies, organisation),
    members: ownedBy(state.members, organisation),
    rfis: ownedBy(state.rfis, organisation),
    submittals: ownedBy(state.submittals, organisation),
    answers: ownedBy(state.answers, organisation),
    returns: ownedBy(state.returns, organisation),
    files: ownedBy(state.files, organisation),
  };
}

/** Every secret: tokens, and the keys that sign events. */
export function secretsOf(state: Part3): { value: string; kind: string }[] {
  return [
    ...state.tokens.all().map(({ token }) => ({ value: token, kind: 'part3-token' })),
    ...state.organisations.all().map(({ signingSecret }) => ({ value: signingSecret, kind: 'part3-signing-secret' })),
  ];
}
