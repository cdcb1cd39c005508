/** Endpoints: the list, one endpoint, and the import. Loaded together. */
export { EndpointsPage } from '../endpoints/EndpointsPage';
export { EndpointPage } from '../endpoints/EndpointPage';
export { ImportPage } from '../import/ImportPage';
