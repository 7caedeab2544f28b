import type { Request, RequestHandler, Router } from 'express';
import { z } from 'zod';
import { consentKind } from '../../shared/domain/consents.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { formBody } from '../middleware/body.ts';
import { refuseMethod } from '../mount.ts';
import { agreeTo, decline, readAgreements, withdrawFrom } from './agreements.ts';
import { AgreementsPage } from './agreements-page.tsx';
import { PageRefusal, sendPage } from './answers.tsx';
import { refusals } from './refusal-page.tsx';
import type { Visit } from './visits.ts';

const path = '/sign-ins/:signInId/agreements';
const agreed = z.object({ kind: consentKind, words: z.string().max(2000) });
const kindAlone = agreed.pick({ kind: true });

/** Agreeing is a person's own act: a POST from our page, in the browser in which they signed in. */
export function mountAgreements(
  router: Router,
  dependencies: ApiDependencies,
  { ours, bySession }: { readonly ours: RequestHandler; readonly bySession: (request: Request) => Promise<Visit> },
): void {
  const said =
    <Body,>(schema: z.ZodType<Body>, tell: (visit: Visit, body: Body) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const visit = await bySession(request);
      const body = schema.safeParse(request.body ?? {});
      if (!body.success) throw new PageRefusal(400, refusals.tooLate);
      await tell(visit, body.data);
      response.redirect(303, `/sign-ins/${visit.signIn.signInId}/agreements`);
    };
  router.get(path, async (request, response) => {
    const visit = await bySession(request);
    const found = await withTenant(dependencies.pool, visit.tenantId, (db) => readAgreements(db, visit));
    sendPage(response, 200, <AgreementsPage visit={visit} found={found} />);
  });
  router.post(
    `${path}/agree`,
    ours,
    formBody(),
    said(agreed, (visit, shown) => agreeTo(dependencies, visit, shown)),
  );
  router.post(
    `${path}/withdraw`,
    ours,
    formBody(),
    said(kindAlone, (visit, { kind }) => withdrawFrom(dependencies, visit, kind)),
  );
  router.post(
    `${path}/decline`,
    ours,
    formBody(),
    said(kindAlone, (visit, { kind }) => decline(dependencies, visit, kind)),
  );
  router.all(path, refuseMethod([{ method: 'get' }]));
  for (const act of ['agree', 'withdraw', 'decline']) router.all(`${path}/${act}`, refuseMethod([{ method: 'post' }]));
}
