/**
 * A company, as far as we may act for it. `ClaimedCompany` was only typed in: it allows the probes of the steps before
 * ownership. `BoundCompany` was proven by a signed-in admin; only the store creates it (promise 5), which the architecture test
 * enforces.
 */
declare const bound: unique symbol;

export interface ClaimedCompany {
  readonly standing: 'claimed';
  readonly companyId: string;
}

export interface BoundCompany {
  readonly standing: 'bound';
  readonly companyId: string;
  readonly tenantId: string;
  readonly [bound]: true;
}

export type AnyCompany = ClaimedCompany | BoundCompany;

/** No company yet. With their own token a person may be asked who they are and which companies they are in, and nothing else. */
export interface NoCompany {
  readonly standing: 'none';
  readonly companyId: '';
}

export const noCompany: NoCompany = { standing: 'none', companyId: '' };

export const claimedCompany = (companyId: string): ClaimedCompany => ({ standing: 'claimed', companyId });
