import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';

/** Which access tokens are accepted, as the identity provider writes them. */
export interface StaffSignIn {
  readonly issuer: string;
  readonly audience: string;
  /** Name of the claim that lists a person's groups. */
  readonly groupsClaim: string;
  readonly group: string;
  readonly keys: JWTVerifyGetKey;
}

const refusals = { 'no-token': 401, 'token-rejected': 401, 'not-in-group': 403, 'provider-not-reached': 503 } as const;

/** A person outside the group is named, so that the refusal can be audited. */
export type Asker = { readonly subject: string } | { readonly refusal: keyof typeof refusals; readonly who?: string };

/** The provider's published keys; fetched on first use, cached, and fetched again for an unknown key id. */
export const publishedKeys = (url: string): JWTVerifyGetKey => createRemoteJWKSet(new URL(url), { timeoutDuration: 5000 });

const bearerForm = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/;

/** Errors of `jose` that say something about the token; the others are about the provider. */
const aboutTheToken = [
  errors.JWTInvalid,
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JOSEAlgNotAllowed,
];

/** The caller, by the access token that the Temporal UI passes on. */
export async function askerOf(authorization: string | undefined, staff: StaffSignIn): Promise<Asker> {
  const token = bearerForm.exec(authorization ?? '')?.[1];
  if (token === undefined) return { refusal: 'no-token' };
  try {
    const { payload } = await jwtVerify(token, staff.keys, {
      issuer: staff.issuer,
      audience: staff.audience,
      algorithms: ['RS256', 'ES256', 'PS256'],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: 30,
    });
    const subject = payload.sub ?? '';
    const groups = payload[staff.groupsClaim];
    if (!Array.isArray(groups) || !groups.includes(staff.group)) return { refusal: 'not-in-group', who: subject };
    return { subject };
  } catch (error) {
    return { refusal: aboutTheToken.some((kind) => error instanceof kind) ? 'token-rejected' : 'provider-not-reached' };
  }
}

/** Records one call: who, what, outcome. Never a payload. */
export type Audit = (entry: { readonly who: string; readonly asked: string; readonly outcome: string }) => void;

const subjects = new WeakMap<Request, string>();

/** Admits people of the group, each at most 60 times a minute; every call is recorded, refused ones too. */
export function staffOnly(staff: StaffSignIn, audit: Audit): readonly RequestHandler[] {
  return [
    async function findAsker(request, response, next) {
      const asker = await askerOf(request.headers.authorization, staff);
      const asked = request.path;
      if ('subject' in asker) {
        subjects.set(request, asker.subject);
        audit({ who: asker.subject, asked, outcome: 'admitted' });
        next();
        return;
      }
      audit({ who: asker.who ?? 'nobody', asked, outcome: asker.refusal });
      response.status(refusals[asker.refusal]).json({ code: asker.refusal });
    },
    rateLimit({
      windowMs: 60_000,
      limit: 60,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      identifier: 'person',
      keyGenerator: (request) => subjects.get(request) ?? 'nobody',
      handler: (request, response) => {
        audit({ who: subjects.get(request) ?? 'nobody', asked: request.path, outcome: 'too-many-requests' });
        response.status(429).json({ code: 'too-many-requests' });
      },
    }),
  ];
}
