import { Fault } from '../../../domain/faults.ts';
import { type Check, met } from '../../contract.ts';
import { allOf } from '../../pages.ts';
import { someOf, stuck, waiting } from '../../words.ts';
import { login } from '../settings.ts';
import { part3Of } from './part3.ts';

/** Proves the organisation's token by a real read: the projects it sees. */
export const verifyPartner: Check = async (context) => {
  if (!context.hasPartnerLogin) {
    return waiting('admin', {
      seen: 'No access token of Part3 was submitted yet.',
      needed: 'The name of your organisation at Part3 and its access token.',
      where: 'On this page: Part3 token.',
    });
  }
  try {
    const projects = (await allOf((await part3Of(context)).projects())).filter(({ status }) => status !== 'archived');
    const names = projects.map(({ name, id }) => name ?? id);
    if (projects.length > 0) return met({ projects: projects.length, examples: someOf(names, 3) });
    return stuck('partner-scope-missing', 'admin', {
      seen: 'Part3 accepts the token, but shows it no active project.',
      needed: 'A token that sees the project which is to be connected.',
      where: 'At Part3: the settings of your organisation.',
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'partner-credential-rejected') throw error;
    return stuck('partner-credential-rejected', 'admin', {
      seen: 'Part3 does not accept this token.',
      ...login.cure,
    });
  }
};
