export { care } from './care.ts';
export { onboarding } from './onboarding.ts';
export { projectSync } from './project-sync.ts';
export { upkeep } from './upkeep.ts';
