import type { Random } from './random.ts';
import { drawAbn, drawEin } from './registers.ts';

/** A subcontractor as both platforms know it: Procore's vendor, HammerTech's employer. */
export interface Firm {
  key: string;
  /** The vendor's name in Procore; null where Procore does not know the firm. */
  vendor: string | null;
  /** The employer's name in HammerTech; the vendor's unless given. */
  employer?: string;
  /** Which register names it; none: the two sides match by name only. */
  register: 'ABN' | 'EIN' | null;
  /** Procore shows the number grouped by spaces. */
  grouped?: true;
  /** Key of the firm it is a child of in HammerTech. */
  parent?: string;
}

/** Acme's subcontractors on HammerTech. `phantom` is unknown to Procore and never signs in. */
export const acmeFirms: readonly Firm[] = [
  { key: 'concrete', vendor: 'Southern Cross Concrete Pty Ltd', register: 'ABN' },
  { key: 'facades', vendor: 'Dubois & Fils Façades Pty Ltd', register: 'ABN' },
  { key: 'electrical', vendor: "O'Brien Electrical Pty Ltd", employer: "O'Brien Electrical P/L", register: 'ABN' },
  { key: 'cranes', vendor: 'Coastal Cranes & Rigging Pty Ltd', register: 'ABN', grouped: true },
  { key: 'landscapes', vendor: '"Blue Gum" Landscapes Pty Ltd', register: 'ABN' },
  { key: 'scaffolding', vendor: 'Nguyễn Scaffolding Pty Ltd', register: 'ABN' },
  { key: 'formwork', vendor: 'Outback Formwork Pty Ltd', register: 'ABN', parent: 'concrete' },
  { key: 'steel', vendor: 'Pacific Steel Erectors Inc.', register: 'EIN' },
  { key: 'plumbing', vendor: 'García Plumbing LLC', register: 'EIN' },
  { key: 'drywall', vendor: 'Hudson Drywall Corp.', register: 'EIN' },
  { key: 'services', vendor: ' Liberty Site Services LLC', register: 'EIN' },
  { key: 'groundworks', vendor: 'Thames Groundworks Ltd', employer: ' thames groundworks LTD ', register: null },
  { key: 'fassaden', vendor: 'Müller Fassaden GmbH', employer: 'MÜLLER FASSADEN GMBH', register: null },
  { key: 'phantom', vendor: null, employer: 'Phantom Labour Hire Pty Ltd', register: 'ABN' },
];

/**
 * Two more employers of Acme's on HammerTech that Procore has no vendor for: Acme's own staff, and a child of a firm that has
 * one. Like the phantom they sign in only where the seed is asked for crews without a vendor.
 */
export const acmeFirmsWithoutVendor: readonly Firm[] = [
  { key: 'own', vendor: null, employer: 'Acme Builders', register: 'ABN' },
  { key: 'steelfixing', vendor: null, employer: 'SCC Steelfixing Crew', register: null, parent: 'concrete' },
];

export const borealisFirms: readonly Firm[] = [
  { key: 'ice', vendor: 'Ice & Steel Works Inc.', register: 'EIN' },
  { key: 'spruce', vendor: 'Spruce Carpentry LLC', register: 'EIN' },
  { key: 'granite', vendor: 'Étoile Granite Corp. ✨', register: 'EIN' },
];

/** A firm with its number drawn. */
export interface RegisteredFirm extends Firm {
  number: string | null;
}

export function registerFirms(firms: readonly Firm[], random: Random): RegisteredFirm[] {
  return firms.map((firm) => {
    if (firm.register === null) return { ...firm, number: null };
    return { ...firm, number: firm.register === 'ABN' ? drawAbn(random) : drawEin(random) };
  });
}

/** `53004085616` as `53 004 085 616`. */
export function groupedAbn(number: string): string {
  return number.replace(/^(\d{2})(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3 $4');
}
