export { care } from './care.ts';
export { mail } from './mail.ts';
export { onboarding } from './onboarding.ts';
export { projectSync } from './project-sync.ts';
export { upkeep } from './upkeep.ts';
