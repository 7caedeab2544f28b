/** A person as actor, in decisions and in the audit: by the id of their login in Procore. Names: `shared/store/tenants/actors.ts`. */
export const personActor = (procoreUserId: string): string => `procore:${procoreUserId}`;
