/** Pages that few need. Loaded together. */
export { QueuesPage } from '../queues/QueuesPage';
export { FlowControlPage } from '../flow-control/FlowControlPage';
export { SigningKeysPage } from '../signing-keys/SigningKeysPage';
export { AuditLogPage } from '../audit-log/AuditLogPage';
export { AlertsPage } from '../alerts/AlertsPage';
