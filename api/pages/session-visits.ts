import type { Request } from 'express';
import { uuid } from '../../shared/domain/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import { refusals } from './refusal-page.tsx';
import { sessionOf } from './sessions.ts';
import { findVisit, type Visit } from './visits.ts';

/** The sign-in that an address names, in the browser that started it. In any other, throws the refusal page that says so. */
export async function visitBySession(
  dependencies: ApiDependencies,
  request: Request,
): Promise<Visit & { readonly session: string }> {
  const signInId = uuid.safeParse(request.params['signInId']);
  const session = signInId.success ? sessionOf(request, signInId.data, dependencies.settings.pagesUrl) : undefined;
  const visit = session === undefined ? undefined : await findVisit(dependencies, 'resolve_sign_in_session', session);
  if (session === undefined) throw new PageRefusal(404, refusals.otherBrowser);
  if (visit === undefined || visit.signIn.signInId !== signInId.data) throw new PageRefusal(404, refusals.pressedSince);
  return { ...visit, session };
}
