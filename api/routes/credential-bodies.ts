import { z } from 'zod';
import { serviceKinds } from '../../shared/domain/credentials.ts';
import { partnerNames } from '../../shared/domain/partners.ts';
import type { LoginForm } from '../../shared/partners/contract.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { procoreId } from '../schemas.ts';

const companyInAddress = /(?:^|\/)(?:companies\/)?([1-9][0-9]{0,19})\/(?:company|projects|tools)(?:\/|$|[?#])/;

/**
 * The company id in the address of a Procore page: `https://us02.procore.com/598134325805321/company/home`. Undefined if the
 * address has none, or if its number is a project's.
 */
export function companyIdIn(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return companyInAddress.exec(url.pathname)?.[1] ?? /\/companies\/([1-9][0-9]{0,19})(?:\/|$)/.exec(url.pathname)?.[1];
}

const address = z
  .string()
  .trim()
  .max(2000)
  .transform((text, context) => {
    const companyId = companyIdIn(text);
    if (companyId !== undefined) return companyId;
    context.addIssue({
      code: 'custom',
      message: 'send the address of a company page, such as https://us02.procore.com/598134325805321/company/home',
    });
    return z.NEVER;
  })
  .meta({
    description: 'Address of any page of the company in Procore; holds its id',
    override: { type: 'string', maxLength: 2000 },
  });

/** The characters of a client's id or secret (RFC 6749, appendix A: VSCHAR). */
const vschar = /^[\x20-\x7e]*$/;
const asShown = 'it holds signs that Procore never shows there';

const fields = {
  clientId: z
    .string()
    .trim()
    .min(1, 'send the client id')
    .max(300)
    .regex(vschar, `copy the client id from Procore once more: ${asShown}`),
  clientSecret: z
    .string()
    .trim()
    .min(8, 'send the whole client secret')
    .max(1000)
    .regex(vschar, `copy the client secret from Procore once more: ${asShown}`)
    .meta({ description: 'Write-only: never shown again' }),
  kind: z.enum(serviceKinds).default('legacy').meta({
    description:
      '`legacy`: a traditional service account; `customer-app`: an app of your own; `dmsa`: a developer-managed service account',
  }),
  companyId: procoreId.optional(),
  address: address.optional(),
};

/** A Procore service credential and its company, named by id or by a pasted address. */
export const procoreCredential = z
  .strictObject(fields)
  .refine((body) => (body.companyId === undefined) !== (body.address === undefined), {
    path: ['companyId'],
    message: 'send either companyId or address, one of the two',
  })
  .meta({ id: 'ProcoreCredential' });
export type ProcoreCredential = z.output<typeof procoreCredential>;

/** The body of a login at this partner, as the partner's folder declares it. */
export function loginBody({ shown, secret }: LoginForm) {
  const sealed = secret.schema.meta({ description: 'Write-only: never shown again' });
  return z.strictObject({ ...shown.shape, [secret.name]: sealed });
}

const anyOf = (bodies: readonly z.ZodObject[]): z.ZodType => {
  const [only, ...others] = bodies;
  return only && others.length === 0 ? only : z.union(bodies);
};

/** A login at any partner; the connection says which one. */
export const partnerLogin = anyOf(partnerNames.map((name) => loginBody(declarations[name].login))).meta({ id: 'PartnerLogin' });

export const procoreExample = { clientId: '3f9c61d07a5e', clientSecret: 'write-only, never shown', companyId: '598134325805321' };
