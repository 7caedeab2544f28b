import { Fault } from '../../../domain/faults.ts';
import { type Check, met } from '../../contract.ts';
import { allOf } from '../../pages.ts';
import { someOf, stuck, waiting } from '../../words.ts';
import { login } from '../settings.ts';
import { hammertechOf } from './partner.ts';

/** Proves region, tenant and login by a real read: the projects this login sees. */
export const verifyPartner: Check = async (context) => {
  if (context.partnerLogin === null) {
    return waiting('admin', {
      seen: 'No HammerTech login was submitted yet.',
      needed: 'Region, tenant, e-mail and password of a HammerTech login that sees all projects.',
      where: 'On this page: HammerTech login.',
    });
  }
  try {
    const projects = await allOf((await hammertechOf(context)).projects());
    if (projects.length > 0) {
      return met({
        projects: projects.length,
        examples: someOf(
          projects.map(({ name, id }) => name ?? id),
          3,
        ),
      });
    }
    return stuck('partner-scope-missing', 'admin', {
      seen: 'HammerTech accepts the login, but shows it no project.',
      needed: 'A login that sees the projects which are to be connected.',
      where: 'In HammerTech: Administration → Users → the login → Projects.',
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'partner-credential-rejected') throw error;
    return stuck('partner-credential-rejected', 'admin', {
      seen: 'HammerTech does not accept this login in this region and tenant.',
      ...login.cure,
    });
  }
};
