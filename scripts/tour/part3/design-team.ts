import { z } from 'zod';
import type { JsonClient } from '../http.ts';

const written = z.object({ id: z.string() });

/** A file that somebody adds in Part3. */
export interface AddedFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** What people do on Part3's own screens: the sandbox acts for them. */
export interface DesignTeam {
  addCompany(projectId: string, name: string, role: string): Promise<string>;
  addMember(companyId: string, name: string, email: string): Promise<void>;
  /** An answer to an RFI, ready to be sent. */
  answer(of: {
    readonly rfiId: string;
    readonly author: string;
    readonly bodyHtml: string;
    readonly official: boolean;
    readonly files: readonly AddedFile[];
  }): Promise<void>;
  /** The return of a submittal: ready at once, or a draft that others review first. Returns its id. */
  giveBack(of: {
    readonly submittalId: string;
    readonly slot: string;
    readonly author: string;
    readonly responseName: string;
    readonly comment: string;
    readonly files: readonly AddedFile[];
    readonly reviewers: readonly string[];
  }): Promise<string>;
  askForReview(returnId: string): Promise<void>;
  review(returnId: string, step: number): Promise<void>;
  finish(returnId: string): Promise<void>;
}

export function designTeamAt(control: JsonClient, organisation: string): DesignTeam {
  const act = async (what: string, body: object): Promise<string> =>
    written.parse(await control.post(`/part3/${what}`, { organisation, ...body })).id;
  const does = async (what: string, body: object): Promise<void> => {
    await act(what, body);
  };
  return {
    addCompany: (projectId, name, role) => act('companies', { act: 'add', projectId, name, role }),
    addMember: (companyId, name, email) => does('members', { act: 'add', companyId, name, email }),
    answer: (answer) => does('answers', { act: 'draft', ...answer, finished: true }),
    giveBack: ({ reviewers, ...returned }) =>
      act('returns', {
        act: 'draft',
        ...returned,
        steps: reviewers.map((member) => ({ kind: 'reviewer', required: true, member })),
        finished: reviewers.length === 0,
      }),
    askForReview: (id) => does('returns', { act: 'review', id }),
    review: (id, index) => does('returns', { act: 'do-step', id, index }),
    finish: (id) => does('returns', { act: 'finish', id }),
  };
}
