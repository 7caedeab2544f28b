import type { ZoneName } from './zones.ts';

/** One building site as both platforms know it. */
export interface Site {
  number: string;
  name: string;
  zone: ZoneName;
  address: string;
  city: string;
  state: string;
  country: string;
  active?: false;
  /** Procore's Daily Log tool is switched off there. */
  withoutDailyLog?: true;
  /** How HammerTech names the same site; absent where it does not know it. */
  hammertech?: { number?: string | null; name?: string; days: number; employers: readonly string[]; crew?: readonly number[] };
}

const sydney = { zone: 'Sydney', city: 'Sydney', state: 'NSW', country: 'AU' } as const;
const pacific = { zone: 'Pacific Time (US & Canada)', city: 'Los Angeles', state: 'CA', country: 'US' } as const;
const eastern = { zone: 'Eastern Time (US & Canada)', city: 'New York', state: 'NY', country: 'US' } as const;
const london = { zone: 'London', city: 'London', state: 'ENG', country: 'GB' } as const;

/**
 * The 14 projects of Acme Builders. Twelve are known to HammerTech: ten by the number, of which two differ in case or spaces,
 * and two by the name only. The inactive one and the one without Daily Log are not, unless asked for.
 */
export const acmeSites: readonly Site[] = [
  {
    ...sydney,
    number: 'AC-101',
    name: 'Harbour Tower',
    address: '1 Macquarie Street',
    hammertech: {
      days: 30,
      employers: ['concrete', 'facades', 'electrical', 'cranes', 'scaffolding', 'formwork'],
      crew: [40, 33, 29, 24, 21, 16],
    },
  },
  {
    ...sydney,
    number: 'AC-102',
    name: 'Parramatta Rail Depot',
    address: '40 Station Street',
    hammertech: { days: 5, employers: ['concrete', 'electrical'] },
  },
  {
    ...sydney,
    number: 'AC-103',
    name: 'Bondi Pavilion "Stage 2"',
    address: 'Queen Elizabeth Drive',
    hammertech: { number: 'ac-103 ', days: 2, employers: ['landscapes', 'facades', 'cranes'] },
  },
  {
    ...sydney,
    number: 'AC-104',
    name: 'Newtown Library 📚',
    address: '8 Brown Street',
    hammertech: { days: 3, employers: ['scaffolding', 'landscapes'] },
  },
  {
    ...pacific,
    number: 'AC-201',
    name: 'Long Beach Terminal',
    address: '300 Ocean Boulevard',
    hammertech: { days: 2, employers: ['steel', 'plumbing'] },
  },
  {
    ...pacific,
    number: 'AC-202',
    name: 'Peña Blanca School',
    address: '17 Olvera Street',
    hammertech: { days: 2, employers: ['plumbing', 'services', 'steel'] },
  },
  {
    ...pacific,
    number: 'AC-203',
    name: '  Mission Bay Lab ',
    address: "5 O'Farrell Street",
    hammertech: { number: null, name: 'mission bay LAB', days: 4, employers: ['steel', 'services'] },
  },
  { ...pacific, number: 'AC-204', name: 'Sunset Depot', address: '90 Sunset Boulevard', withoutDailyLog: true },
  {
    ...eastern,
    number: 'AC-301',
    name: 'Brooklyn Yards',
    address: '12 Water Street',
    hammertech: { days: 2, employers: ['drywall', 'steel', 'services'] },
  },
  {
    ...eastern,
    number: 'AC-302',
    name: "St. Mary's Hospital – East Wing",
    address: '200 First Avenue',
    hammertech: { number: ' AC-302', days: 2, employers: ['drywall', 'plumbing'] },
  },
  {
    ...eastern,
    number: 'AC-303',
    name: 'Hudson Pier 9',
    address: 'Pier 9, West Street',
    hammertech: { number: null, name: ' HUDSON Pier 9  ', days: 2, employers: ['drywall', 'services'] },
  },
  {
    ...london,
    number: 'AC-401',
    name: 'Battersea Wharf',
    address: '3 Nine Elms Lane',
    hammertech: { days: 3, employers: ['groundworks', 'fassaden'] },
  },
  {
    ...london,
    number: 'AC-402',
    name: "King's Cross “Arc”",
    address: '1 Pancras Road',
    hammertech: { days: 2, employers: ['groundworks', 'fassaden', 'cranes'] },
  },
  { ...london, number: 'AC-403', name: 'Old Mill (closed)', address: '7 Mill Lane', active: false },
];

/** The three projects of Borealis Construction. */
export const borealisSites: readonly Site[] = [
  {
    ...eastern,
    number: 'B-1',
    name: 'Northern Lights Arena',
    address: '1 Polar Way',
    hammertech: { days: 3, employers: ['ice', 'spruce'] },
  },
  {
    ...london,
    number: 'B-2',
    name: 'Tromsø House',
    address: '2 Fjord Street',
    hammertech: { days: 2, employers: ['ice', 'granite'] },
  },
  {
    ...pacific,
    number: 'B-3',
    name: 'Glacier View Clinic 🏔️',
    address: '3 Moraine Road',
    hammertech: { days: 2, employers: ['spruce', 'granite'] },
  },
];
