import type { ServiceKind } from '../../../domain/credentials.ts';
import type { CheckContext } from '../../contract.ts';
import { customerApp } from './customer-app.ts';
import { dmsa } from './dmsa.ts';
import type { CredentialKind } from './kind.ts';
import { legacy } from './legacy.ts';

const kinds: Readonly<Record<ServiceKind, CredentialKind>> = { legacy, 'customer-app': customerApp, dmsa };

/** How the connection's service credential gets its rights. Before one is submitted: as the guide describes. */
export const kindOf = ({ serviceKind }: Pick<CheckContext, 'serviceKind'>): CredentialKind => kinds[serviceKind ?? 'legacy'];

export const kindNamed = (kind: ServiceKind): CredentialKind => kinds[kind];
