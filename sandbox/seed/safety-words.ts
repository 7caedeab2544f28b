import type { Incident, Observation } from '../hammertech/records.ts';

type IncidentStory = Pick<Incident, 'type' | 'severity' | 'status' | 'description' | 'medicalDetail'>;

/** What happens on building sites. Descriptions are free of names; the medical part is what must stay where it is. */
export const incidentStories: readonly [IncidentStory, ...IncidentStory[]] = [
  {
    type: 'first-aid',
    severity: 'low',
    status: 'closed',
    description: 'Cut to a hand while stripping formwork; gloves were off. Dressed on site, back to work.',
    medicalDetail: 'Laceration of the left palm, 2 cm, cleaned and closed with strips; tetanus cover current.',
  },
  {
    type: 'medical-treatment',
    severity: 'medium',
    status: 'under-investigation',
    description: 'Slipped on a wet deck on level 4 and fell on one knee. Deck was closed and dried.',
    medicalDetail: 'Patellar contusion right, effusion aspirated, ibuprofen 400 mg, light duties for five days.',
  },
  {
    type: 'near-miss',
    severity: 'high',
    status: 'open',
    description: 'A clamp fell from the third lift of the scaffold into the exclusion zone; nobody was below.',
    medicalDetail: null,
  },
  {
    type: 'property-damage',
    severity: 'medium',
    status: 'closed',
    description: 'Telehandler reversed into the hoarding at gate B – two panels bent, spotter had stepped away ⚠️',
    medicalDetail: null,
  },
  {
    type: 'lost-time',
    severity: 'critical',
    status: 'open',
    description: 'Fall from a step ladder, about 1.4 m, in the riser cupboard. Ambulance called, area frozen.',
    medicalDetail: 'Distal radius fracture left, closed reduction, cast for six weeks; history of osteoporosis.',
  },
  {
    type: 'environmental',
    severity: 'low',
    status: 'closed',
    description: 'About 2 l of hydraulic oil on the slab; contained with a spill kit, drain not reached.',
    medicalDetail: null,
  },
];

type ObservationStory = Pick<Observation, 'category' | 'severity' | 'description'>;
type Stories = readonly [ObservationStory, ...ObservationStory[]];

export const observationStories: Readonly<Record<Observation['kind'], Stories>> = {
  breach: [
    { category: 'working-at-height', severity: 'high', description: 'No edge protection at the lift shaft, level 6 east.' },
    { category: 'protective-equipment', severity: 'medium', description: 'Grinding without eye protection at the steel bay.' },
    { category: 'electrical', severity: 'high', description: 'Lead with a damaged sheath in use, no test tag.' },
  ],
  hazard: [
    { category: 'housekeeping', severity: 'low', description: 'Off-cuts and strapping in the walkway to stair 2.' },
    { category: 'plant-and-vehicles', severity: 'medium', description: 'Reversing route crosses the pedestrian gate.' },
    { category: 'manual-handling', severity: 'low', description: 'Board stacks set down two bays from the hoist.' },
  ],
  positive: [
    { category: 'housekeeping', severity: 'low', description: 'Level 3 kept clear all week – well done 👏' },
    { category: 'working-at-height', severity: 'low', description: 'Harness check before every lift, tags in order.' },
  ],
};

/** Names that occur nowhere else in the sandbox, so that a search for a copied one finds only copies. */
export const privateNames = [
  'Odalys Brannigan-Vex',
  'Thaddeus Kilmarnock-Yates',
  'Ingeborg Sallafranca',
  'Cosmo Wrzeszczyński',
  'Philippa Dunmore-Achebe',
  'Zebedee Thorsteinsdóttir',
  'Anneliese Quarterman',
  'Ruaridh Mac an Tòisich',
] as const;

/** Companies that send visitors and are nobody's employer, with what they come for. */
export const visitingCompanies = [
  'City Building Control',
  'Northgate Couriers',
  'Hoist & Crane Certification Ltd',
  'Café Zoë catering',
  'Meridian Insurance Brokers',
] as const;

export const diaryNotes = [
  'Toolbox talk held; crane stood still for wind – 40 min ⛔',
  'Concrete pour level 5 core finished 14:20; cubes taken.',
  'Delivery of façade panels turned away: gate B blocked until noon.',
  'Rain from 11:00, external works stopped; inside trades went on.',
] as const;
