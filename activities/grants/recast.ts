import { type Fault, faultIn } from '../../shared/domain/faults.ts';
import type { PersonsReach } from '../clients.ts';

/** The same reach, but a fault of getting a person's token is thrown as `cast` makes it; undefined: as it is. */
export const recasting = (reach: PersonsReach, cast: (fault: Fault) => Fault | undefined): PersonsReach => ({
  ...reach,
  grants: {
    sourceFor(tenantId, grantId) {
      const source = reach.grants.sourceFor(tenantId, grantId);
      return {
        principal: source.principal,
        async bearer(signal) {
          try {
            return await source.bearer(signal);
          } catch (error) {
            const fault = faultIn(error);
            throw (fault && cast(fault)) ?? error;
          }
        },
        rejected: (token) => source.rejected(token),
      };
    },
  },
});
