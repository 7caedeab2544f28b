import { z } from 'zod';
import type { World } from '../kernel/world.ts';
import { actOnAnswer, answerActSchema } from '../part3/people/answers.ts';
import {
  actOnCompany,
  actOnMember,
  actOnProject,
  companyActSchema,
  memberActSchema,
  projectActSchema,
} from '../part3/people/directory.ts';
import { actOnFile, fileActSchema } from '../part3/people/files.ts';
import { noteActSchema, writeNotes } from '../part3/people/notes.ts';
import { actOnReturn, returnActSchema } from '../part3/people/returns.ts';
import { actOnToken, tokenActSchema } from '../part3/people/tokens.ts';
import type { Part3 } from '../part3/state.ts';
import { truthOf } from '../part3/truth.ts';
import { act, type Route, read, readAll } from './route.ts';

const ofOrganisation = z.strictObject({ organisation: z.string().min(1) });

/** What Part3 really holds, and what design-side people do in its screens. */
export function part3Routes(world: World, state: Part3): Route[] {
  const part3 = { world, state };
  return [
    read('/part3/truth', 'Every raw record of a Part3 organisation.', ofOrganisation, ({ organisation }) => {
      const truth = truthOf(state, organisation);
      if (truth === undefined) throw new RangeError(`no organisation is called ${organisation}`);
      return truth;
    }),
    read(
      '/part3/events',
      'Its events, signed as they would be sent; nothing delivers them.',
      ofOrganisation,
      ({ organisation }) => state.events.filter((event) => event.organisation === organisation),
    ),
    readAll('/part3/tokens', 'The bearer tokens of the organisations.', () => state.tokens.all()),
    act('post', '/part3/tokens', 'Issues a token; revokes one, or lets it read only.', tokenActSchema, (body) =>
      actOnToken(state, body),
    ),
    act('post', '/part3/projects', 'Adds, changes, archives or reopens a project.', projectActSchema, (body) =>
      actOnProject(part3, body),
    ),
    act(
      'post',
      '/part3/companies',
      'Adds a company to a project with its role, changes or removes it.',
      companyActSchema,
      (body) => actOnCompany(part3, body),
    ),
    act('post', '/part3/members', 'Adds or changes a member; one leaves or comes back.', memberActSchema, (body) =>
      actOnMember(part3, body),
    ),
    act('post', '/part3/answers', 'Drafts, edits, reviews, finishes or recalls an answer to an RFI.', answerActSchema, (body) =>
      actOnAnswer(part3, body),
    ),
    act(
      'post',
      '/part3/returns',
      'Drafts, edits, reviews, finishes or recalls the return of a submittal; a review step is done.',
      returnActSchema,
      (body) => actOnReturn(part3, body),
    ),
    act('post', '/part3/notes', 'Writes beside a synced item.', noteActSchema, (body) => writeNotes(part3, body)),
    act('post', '/part3/files', 'Adds a file to a project, or loses one.', fileActSchema, (body) => actOnFile(part3, body)),
  ];
}
